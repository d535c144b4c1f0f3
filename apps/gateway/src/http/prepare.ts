import helmet from '@fastify/helmet';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { openApiDocument } from '../docs/openapi.ts';
import { serveDocs } from '../docs/serve-docs.ts';
import { bearerFromProtocol } from '../events/token-protocol.ts';
import { routes } from '../routes.ts';
import { tellMethods } from './method-not-allowed.ts';
import { isWithoutBody, refuseOtherTypes } from './streamed-types.ts';
import { routeUpgrades } from './upgrades.ts';

/** What a browser may do with our answers: the documentation page needs styles of its own, and nothing from elsewhere. */
const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
    imgSrc: ["'self'", 'data:'],
    objectSrc: ["'none'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
  },
};

/** Security headers, streamed bodies, 405, WebSockets and the documentation. */
export const prepareHttp = async (app: NestFastifyApplication, publicUrl: string): Promise<void> => {
  const server: FastifyInstance = app.getHttpAdapter().getInstance();
  await server.register(helmet, { contentSecurityPolicy, referrerPolicy: { policy: 'no-referrer' } });
  // Answers depend on the token: nobody on the way may keep them.
  server.addHook('onRequest', async (_request, reply) => void reply.header('cache-control', 'no-store'));
  // Clients that send one type always name it without a body, too. That is no broken JSON: there is nothing to be read.
  server.addHook('onRequest', async ({ headers }) => {
    if (isWithoutBody(headers)) delete headers['content-type'];
  });
  // These are never read into memory: their handlers take the stream.
  for (const type of [/^multipart\/form-data/i, /^audio\//i, 'application/octet-stream', 'message/rfc822']) {
    server.addContentTypeParser(type, (_request, payload, done) => done(null, payload));
  }
  tellMethods(server, routes);
  refuseOtherTypes(server, routes);
  routeUpgrades(server, bearerFromProtocol);
  await serveDocs(server, openApiDocument(routes, publicUrl));
};
