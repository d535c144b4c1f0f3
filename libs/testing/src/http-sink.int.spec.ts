import { once } from 'node:events';
import { connect } from 'node:http2';
import { request } from 'node:https';
import { afterEach, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { type HttpSinkOptions, startHttpSink, type TestHttpSink } from './http-sink.ts';

let sink: TestHttpSink;
const start = async (options?: HttpSinkOptions): Promise<TestHttpSink> => {
  sink = await startHttpSink(options);
  return sink;
};
afterEach(() => sink.close());

it('keeps requests and answers as it was told, by path', async () => {
  const { url } = await start();
  sink.behave({ kind: 'answer', status: 503, headers: { 'retry-after': '7' }, body: 'busy' }, '/busy');
  const ok = await fetch(`${url}/ok`);
  const busy = await fetch(`${url}/busy?n=1`, { method: 'POST', body: 'hello', headers: { 'x-kind': 'a' } });
  expect([ok.status, busy.status, busy.headers.get('retry-after'), await busy.text()]).toEqual([200, 503, '7', 'busy']);
  expect(sink.requests[1]).toMatchObject({ method: 'POST', path: '/busy?n=1', headers: { 'x-kind': 'a' } });
  expect(sink.requests[1]?.body.toString()).toBe('hello');
});

it('decides by the request', async () => {
  const { url } = await start({
    behaviour: ({ headers }) => ({ kind: 'answer', status: headers['x-key'] ? 204 : 401 }),
  });
  expect((await fetch(url)).status).toBe(401);
  expect((await fetch(url, { headers: { 'x-key': 'k' } })).status).toBe(204);
});

it('hangs before the headers', async () => {
  const { url } = await start({ behaviour: { kind: 'hang', at: 'headers' } });
  const answer = fetch(url).then(
    () => 'answered',
    () => 'broken',
  );
  await eventually(() => expect(sink.requests).toHaveLength(1));
  await sink.close();
  expect(await answer).toBe('broken');
  await start();
});

it('hangs within the body', async () => {
  const { url } = await start({ behaviour: { kind: 'hang', at: 'body' } });
  const answer = await fetch(url);
  expect(answer.status).toBe(200);
  const rest = answer.text().catch(() => 'broken');
  await sink.close();
  expect(await rest).toBe('broken');
  await start();
});

it.each(['headers', 'body'] as const)('breaks the connection within the %s', async (at) => {
  const { url } = await start({ behaviour: { kind: 'drop', at } });
  await expect(fetch(url).then((answer) => answer.text())).rejects.toThrow();
  await eventually(() => expect(sink.connections).toBe(0));
});

it('sends a body that never ends', async () => {
  const { url } = await start({ behaviour: { kind: 'drip', everyMs: 1 } });
  const { body } = await fetch(url);
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > 3) break;
  }
  expect(bytes).toBeGreaterThan(3);
});

it('speaks TLS with a certificate of its own', async () => {
  const { url, ca } = await start({ tls: true });
  const trusting = request(url, { ca, agent: false }).end();
  const [answer] = await once(trusting, 'response');
  answer.resume();
  expect(answer.statusCode).toBe(200);
  await expect(once(request(url, { agent: false }).end(), 'response')).rejects.toThrow(/self-signed/);
});

it.each([true, false])('speaks HTTP/2, with TLS: %s', async (tls) => {
  const { url, ca } = await start({ http2: true, tls, behaviour: { kind: 'answer', status: 410, body: 'gone' } });
  const session = connect(url, { ca });
  const stream = session.request({ ':method': 'POST', ':path': '/3/device/a' });
  stream.end('{}');
  const [headers] = await once(stream, 'response');
  stream.resume();
  await once(stream, 'close');
  session.close();
  expect(headers[':status']).toBe(410);
  expect(sink.requests[0]).toMatchObject({ method: 'POST', path: '/3/device/a' });
});
