import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import Fastify from 'fastify';
import { expect, it, onTestFinished } from 'vitest';
import { callerLeft } from './caller-left.ts';
import { stillWorking } from './still-working.ts';

const serve = async (work: (left: AbortSignal) => Promise<unknown>): Promise<http.ClientRequest> => {
  const server = Fastify();
  server.get('/', async (_request, reply) => stillWorking(reply, work(callerLeft(reply)), 10));
  await server.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => server.close());
  return http.get(`http://127.0.0.1:${(server.server.address() as AddressInfo).port}/`);
};

it('says that it is at work until there is an answer, and that is as it would have been', async () => {
  const done = Promise.withResolvers<object>();
  const request = await serve(() => done.promise);
  for (let n = 0; n < 3; n += 1) expect(await once(request, 'information')).toMatchObject([{ statusCode: 102 }]);
  done.resolve({ made: true });
  const [response] = await once(request, 'response');
  expect([response.statusCode, await text(response)]).toEqual([200, '{"made":true}']);
});

it('tells the work that the caller left, and nobody else anything', async () => {
  const leaving = Promise.withResolvers<unknown>();
  const request = await serve((left) => {
    left.addEventListener('abort', () => leaving.resolve(left.reason));
    return leaving.promise;
  });
  await once(request, 'information');
  request.on('error', () => undefined).destroy();
  expect(await leaving.promise).toEqual(new Error('the caller went away'));
});
