/** The OpenAPI 3.1 document, made from the routes, and the page that shows it. */
import swagger, { type SwaggerTransform } from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { documentedPath } from './route.ts';

type Transformed = ReturnType<typeof jsonSchemaTransformObject>;

export const DOCS_PATH = '/docs';

/** The name of the one way to show who one is. */
export const KEY_SCHEME = 'key';

export async function documentRoutes(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Skillconvoy',
        version: '0.1.0',
        description:
          'Registers Agent Skills once and installs them into AI providers by audited install runs.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      components: {
        securitySchemes: { [KEY_SCHEME]: { type: 'http', scheme: 'bearer', description: 'an API key' } },
      },
      security: [{ [KEY_SCHEME]: [] }],
    },
    transform,
    transformObject: (document) => withoutUnused(jsonSchemaTransformObject(document)),
  });
  await app.register(swaggerUi, {
    routePrefix: DOCS_PATH,
    staticCSP: true,
    transformStaticCSP: onlyFromHere,
    uiConfig: { persistAuthorization: false, docExpansion: 'list' },
    // The bar on top holds the framework's name and a field for other documents.
    theme: {
      title: 'Skillconvoy API',
      css: [{ filename: 'theme.css', content: '.swagger-ui .topbar { display: none }' }],
    },
    logLevel: 'warn',
  });
}

const transform: SwaggerTransform = (input) => {
  const transformed = transformSchema(input);
  const { path } = input.route.config ?? {};
  // What the framework calls `*` has a name in the route.
  return path === undefined ? transformed : { ...transformed, url: documentedPath(path) };
};

/** The plugin's transform knows answers by content type, but not bodies. */
const transformSchema: SwaggerTransform = (input) => {
  const { content } = (input.schema?.body ?? {}) as { content?: Record<string, { schema: z.ZodType }> };
  if (content === undefined) return jsonSchemaTransform(input);
  const transformed = jsonSchemaTransform({ ...input, schema: { ...input.schema, body: undefined } });
  const documented = Object.entries(content).map(([type, { schema }]) => {
    const { schema: alone } = jsonSchemaTransform({ ...input, schema: { body: schema } });
    return [type, { schema: alone.body }];
  });
  return {
    ...transformed,
    schema: { ...transformed.schema, body: { content: Object.fromEntries(documented) } },
  };
};

/** Nothing is loaded from elsewhere, and plain http keeps working. */
function onlyFromHere(policy: string): string {
  return policy
    .replaceAll(/ (?:https:|validator\.swagger\.io)(?=[ ;])/g, '')
    .replace('upgrade-insecure-requests;', "connect-src 'self';");
}

/** Drops the components nothing refers to: each shape comes in an input and an output form, and most need one. */
function withoutUnused(document: Transformed): Transformed {
  const schemas: Record<string, unknown> | undefined =
    'openapi' in document ? document.components?.schemas : undefined;
  if (!schemas) return document;
  for (let hasDropped = true; hasDropped; ) {
    hasDropped = false;
    const text = JSON.stringify(document);
    for (const name of Object.keys(schemas)) {
      if (text.includes(`"#/components/schemas/${name}"`)) continue;
      delete schemas[name];
      hasDropped = true;
    }
  }
  return document;
}
