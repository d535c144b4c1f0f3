import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { FastifyInstance } from 'fastify';
import { eventDocument } from './event-document.ts';
import { eventPage, eventStyles } from './event-page.ts';

const file = createRequire(import.meta.url).resolve('@aftertone/contracts/asyncapi.json');

/** The AsyncAPI document at `/docs/asyncapi.json`, and a page made of it at `/docs/events`. */
export const serveEventDocs = async (server: FastifyInstance): Promise<void> => {
  const json = readFileSync(file, 'utf8');
  const page = eventPage(eventDocument.parse(JSON.parse(json)));
  server.get('/docs/asyncapi.json', async (_request, reply) => reply.type('application/json').send(json));
  server.get('/docs/events', async (_request, reply) => reply.type('text/html; charset=utf-8').send(page));
  server.get('/docs/events.css', async (_request, reply) => reply.type('text/css; charset=utf-8').send(eventStyles));
};
