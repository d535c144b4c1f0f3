import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { newId } from '@aftertone/kernel';
import { afterEach, expect, it } from 'vitest';
import { Peers } from './peers.ts';

const key = { tenantId: newId(), mediaId: newId(), sha256: '0'.repeat(64) };
const replicaId = newId();
const bytes = Buffer.from('a whole recording');
const peers = new Peers('c2VjcmV0', 5_000);

let server: Server | undefined;
const serve = async (listener: RequestListener): Promise<string> => {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

it('takes the answer to the last byte, also when its connection ends before there is seen to be none after it', async () => {
  const closed = Promise.withResolvers<void>();
  const url = await serve(async (request, response) => {
    if (request.method === 'GET') return void response.end();
    request.socket.on('close', closed.resolve);
    const got = await buffer(request);
    response.writeHead(got.equals(bytes) ? 201 : 400, { connection: 'close' }).end(JSON.stringify({ replicaId }));
  });
  const read = async function* () {
    yield bytes;
    await closed.promise;
    // What comes after the end of the other connection, its sender has seen that end before.
    await (await fetch(url)).text();
  };
  expect(await peers.keep(url, key, { bytes: bytes.length, read })).toBe(replicaId);
});

it.each([
  [
    'is refused',
    async function* () {
      yield bytes;
    },
    503,
  ],
  [
    'cannot be read to its end',
    async function* () {
      yield bytes.subarray(1);
      throw new Error('disk');
    },
    201,
  ],
])('fails where a copy %s', async (_, read, status) => {
  const url = await serve(async (request, response) => {
    await buffer(request).catch(() => undefined);
    response.writeHead(status).end(JSON.stringify({ replicaId }));
  });
  const kept = peers.keep(url, key, { bytes: bytes.length, read });
  await expect(kept).rejects.toMatchObject({ code: 'replica-unavailable' });
});
