/** A route as data: method, path, who may call it, its shapes and what it does. */
import type { z } from 'zod';
import type { Context, Role } from '../kernel/context.ts';
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
  /** Path and query as they came. */
  readonly url: string;
  /** The uploaded parts of a `multipart/form-data` body, or the bytes of an archive sent as the body; null for JSON. */
  upload(): Promise<Upload | null>;
}

export interface RouteAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

type Shape = z.ZodObject | undefined;
type Read<S> = S extends z.ZodType ? z.output<S> : undefined;

export interface RouteDefinition<P extends Shape, Q extends Shape, B extends z.ZodType | undefined> {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With `{name}` for parameters, as in OpenAPI. */
  readonly path: string;
  readonly role: RouteRole;
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  readonly params?: P;
  readonly query?: Q;
  /** The JSON body. */
  readonly body?: B;
  /** Takes multipart and archive bodies beside JSON, up to this many bytes. */
  readonly uploadLimit?: number;
  /** Status → shape of the answer; null for an answer without a body. */
  readonly responses: Readonly<Record<number, z.ZodType | null>>;
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
  // The server validates params, query and body with the very schemas these types come from.
  return definition as unknown as Route;
}
