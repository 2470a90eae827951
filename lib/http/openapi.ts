/** The OpenAPI 3.1 document, made from the routes, and the page that shows it. */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';

type Transformed = ReturnType<typeof jsonSchemaTransformObject>;

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
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'an API key' } } },
      security: [{ key: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => withoutUnused(jsonSchemaTransformObject(document)),
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: true,
    uiConfig: { persistAuthorization: false },
  });
}

/** Drops the components nothing refers to: each shape comes in an input and an output form, and most need one. */
function withoutUnused(document: Transformed): Transformed {
  const schemas: Record<string, unknown> | undefined =
    'openapi' in document ? document.components?.schemas : undefined;
  if (!schemas) return document;
  for (let dropped = true; dropped; ) {
    dropped = false;
    const text = JSON.stringify(document);
    for (const name of Object.keys(schemas)) {
      if (text.includes(`"#/components/schemas/${name}"`)) continue;
      delete schemas[name];
      dropped = true;
    }
  }
  return document;
}
