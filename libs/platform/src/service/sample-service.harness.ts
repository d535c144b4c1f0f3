import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { loadConfig } from '../config/load-config.ts';
import { serverSettings } from '../config/settings.ts';
import { runService } from './run-service.ts';

class AppModule {}

/** A service as a process: an endless stream that ends only if it listens to the shutdown, and a slow request. */
await runService({
  name: 'sample-svc',
  config: loadConfig(z.object({ ...serverSettings, DATABASE_URL_SAMPLE: z.string() })),
  module: { module: AppModule },
  ready: () => ({ sample: true }),
  prepare: (app) => {
    const server: FastifyInstance = app.getHttpAdapter().getInstance();
    server.get('/stream', (_request, reply) => {
      reply.hijack();
      reply.raw.writeHead(200, { 'content-type': 'text/event-stream' });
      reply.raw.write(':\n\n');
    });
    server.get('/slow', async () => {
      process.send?.('slow');
      await new Promise((resolve) => process.once('message', resolve));
      return { done: true };
    });
    server.get('/bug', async () => {
      setImmediate(() => {
        throw new Error('a bug that nobody caught');
      });
      return {};
    });
  },
});
