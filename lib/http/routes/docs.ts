/** The document of all routes, for programs; people read it at /docs. */
import { z } from 'zod';
import { resourceAnswer } from '../respond.ts';
import { defineRoute, type Route } from '../route.ts';

/** `document` is asked for once, when first needed: it knows all routes only after the start. */
export function docsRoute(document: () => object): Route {
  let made: object | undefined;
  return defineRoute({
    method: 'GET',
    path: '/api/openapi.json',
    role: 'open',
    tag: 'operations',
    summary: 'This document',
    responses: { 200: z.looseObject({ openapi: z.string() }), 304: null },
    async handle({ headers }) {
      made ??= document();
      return resourceAnswer(made, headers);
    },
  });
}
