/** A route as data: method, path, who may call it, its shapes and what it does. */
import type { Readable } from 'node:stream';
import type { z } from 'zod';
import { type Context, type Role, ROLES } from '../kernel/context.ts';
import type { Following } from '../runs/follow/following.ts';
import type { LiveEvents } from '../runs/follow/live-events.ts';
import type { Upload } from './multipart.ts';

/** `open` needs no key. There is no default: a route that does not say does not compile. */
export type RouteRole = Role | 'open';

export interface RouteRequest<Params, Query, Body> {
  readonly ctx: Context;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The body as it came, for routes that are signed; else empty. */
  readonly signedBody: string;
  /** Path and query as they came. */
  readonly url: string;
  /** Aborts when nobody waits for the answer any more: the client left, or the process stops. */
  readonly signal: AbortSignal;
  /** The uploaded parts of a `multipart/form-data` body, or the bytes of an archive sent as the body; null for JSON. */
  readonly upload: () => Promise<Upload | null>;
  /** The events of all runs, for whoever waits for some of them. */
  readonly live: LiveEvents;
}

export interface RouteAnswer {
  readonly status: number;
  /** A value of the documented shape; or bytes or a stream, whose `content-type` is given in `headers`. */
  readonly body?: object | Readable | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** Instead of a body: a stream of these events. */
  readonly follow?: Following;
}

/** An answer that is not JSON: bytes, lines or events. */
export interface OtherContent {
  /** One media type, or those it may come as. */
  readonly contentType: string | readonly string[];
  readonly description: string;
}

/** An answer that is JSON, or a stream of events for those who accept one. */
export interface JsonOrEvents {
  readonly json: z.ZodType;
  readonly events: string;
}

type Shape = z.ZodObject | undefined;
type Read<S> = S extends z.ZodType ? z.output<S> : undefined;

export interface RouteDefinition<P extends Shape, Q extends Shape, B extends z.ZodType | undefined> {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With `{name}` for parameters, as in OpenAPI. `{name...}` at the end takes the rest of the path. */
  readonly path: string;
  readonly role: RouteRole;
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  /** Without shapes a route has no parameters and takes neither query nor body. */
  readonly params?: P;
  readonly query?: Q;
  /** The JSON body. */
  readonly body?: B;
  /** Takes multipart and archive bodies beside JSON, up to this many bytes. */
  readonly uploadLimit?: number;
  /** Takes JSON and forms whose signature is checked over the very text, instead of a body with a shape. */
  readonly isSigned?: boolean;
  /** Status → shape of the answer; null for an answer without a body. Problems are documented without being listed. */
  readonly responses: Readonly<Record<number, z.ZodType | OtherContent | JsonOrEvents | null>>;
  /** Statuses of problems beyond those that every route of its kind may answer. */
  readonly problems?: readonly number[];
  handle(request: RouteRequest<Read<P>, Read<Q>, Read<B>>): Promise<RouteAnswer>;
}

/** A route whose shapes were forgotten, as the server registers it. */
export interface Route extends Omit<RouteDefinition<Shape, Shape, z.ZodType | undefined>, 'handle'> {
  handle(request: RouteRequest<unknown, unknown, unknown>): Promise<RouteAnswer>;
}

export function defineRoute<
  P extends Shape = undefined,
  Q extends Shape = undefined,
  B extends z.ZodType | undefined = undefined,
>(definition: RouteDefinition<P, Q, B>): Route {
  // The server reads params, query and body with the very schemas these types come from.
  return definition;
}

/** As it stands in the OpenAPI document, which has no way to say that a parameter may hold slashes. */
export function documentedPath(path: string): string {
  return path.replace('...}', '}');
}

export function isRouteRole(role: unknown): role is RouteRole {
  return role === 'open' || ROLES.some((known) => known === role);
}

/** The routes of this path, whatever their method. */
export function routesAt(routes: readonly Route[], path: string): Route[] {
  return routes.filter((route) => patternOf(route.path).test(path));
}

/** For the Allow header. */
export function methodsOf(routes: readonly Route[]): string[] {
  return [
    ...new Set(routes.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))),
  ].toSorted();
}

function patternOf(template: string): RegExp {
  const pattern = template
    .split(/(\{\w+(?:\.\.\.)?\})/)
    .map((part) =>
      part.startsWith('{')
        ? part.endsWith('...}')
          ? '.+'
          : '[^/]+'
        : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
    )
    .join('');
  return new RegExp(`^${pattern}$`);
}
