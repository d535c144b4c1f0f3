import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { serveEventDocs } from './serve-event-docs.ts';

const assets = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

const served = new Set(['/swagger-ui.css', '/swagger-ui-bundle.js', '/favicon-32x32.png']);

// Everything is a file of its own and relative: the page works under the content security policy and behind a path.
const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Aftertone API</title>
    <link rel="stylesheet" href="docs/assets/swagger-ui.css">
    <link rel="icon" type="image/png" href="docs/assets/favicon-32x32.png">
  </head>
  <body>
    <p style="max-width: 1460px; margin: 1rem auto 0; padding: 0 20px; font-family: sans-serif">
      Events: <a href="docs/events">what happens, and how to receive it</a>
    </p>
    <div id="docs"></div>
    <script src="docs/assets/swagger-ui-bundle.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
`;

const start = `SwaggerUIBundle({ url: 'openapi.json', dom_id: '#docs', deepLinking: true, validatorUrl: null });
`;

/** `/openapi.json`, a page at `/docs` to read and try it, and one about events; nothing comes from another host. */
export const serveDocs = async (server: FastifyInstance, document: object): Promise<void> => {
  const json = JSON.stringify(document);
  server.get('/openapi.json', async (_request, reply) => reply.type('application/json').send(json));
  server.get('/docs', async (_request, reply) => reply.type('text/html; charset=utf-8').send(page));
  server.get('/docs/start.js', async (_request, reply) => reply.type('text/javascript; charset=utf-8').send(start));
  await serveEventDocs(server);
  await server.register(fastifyStatic, {
    root: assets,
    prefix: '/docs/assets/',
    decorateReply: false,
    allowedPath: (path) => served.has(path),
  });
};
