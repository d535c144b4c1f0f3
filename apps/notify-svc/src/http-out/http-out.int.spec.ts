import { eventually, startHttpSink, type TestHttpSink } from '@aftertone/testing';
import { afterEach, expect, it } from 'vitest';
import { networkOf } from './address-rules.ts';
import { type HttpCall, type HttpOut, type HttpOutOptions, openHttpOut } from './http-out.ts';
import { quotedDetail } from './quoted-detail.ts';

const closing: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const sink = async (options?: Parameters<typeof startHttpSink>[0]): Promise<TestHttpSink> => {
  const started = await startHttpSink(options);
  closing.push(started.close);
  return started;
};
const httpOut = (options: Partial<HttpOutOptions> = {}): HttpOut => {
  const opened = openHttpOut({
    allowNetworks: [networkOf('127.0.0.1/32')],
    allowHttp: true,
    timeoutMs: 400,
    keptConnections: 10,
    ...options,
  });
  closing.push(opened.close);
  return opened;
};
const never = new AbortController().signal;
const post = (url: string, rest: Partial<HttpCall> = {}): HttpCall => ({ url, headers: {}, body: '{}', ...rest });

it('posts what it is given and tells how it was answered', async () => {
  const { url, requests } = await sink({ behaviour: { kind: 'answer', status: 202, body: 'thanks' } });
  const call = post(`${url}/hook?a=b`, { headers: { 'content-type': 'application/json' }, body: '{"n":1}' });
  const result = await httpOut().call(call, never);
  expect(result).toMatchObject({ kind: 'ok', status: 202, detail: 'answered 202', retryAfterMs: null, body: 'thanks' });
  expect(requests[0]).toMatchObject({
    method: 'POST',
    path: '/hook?a=b',
    headers: { 'content-type': 'application/json' },
  });
  expect(requests[0]?.body.toString()).toBe('{"n":1}');
});

it('tells status and when to come again; what was said to it is told by the quote only', async () => {
  const body = `sorry,\n your key s3cret-key ${'x'.repeat(500)}`;
  const behaviour = { kind: 'answer', status: 503, headers: { 'retry-after': '9' }, body } as const;
  const { url } = await sink({ behaviour });
  const result = await httpOut().call(post(url), never);
  expect(result).toMatchObject({ kind: 'failed', status: 503, retryAfterMs: 9_000, detail: 'answered 503', body });
  const quoted = quotedDetail(result, ['Bearer s3cret-key']);
  expect(quoted).toMatch(/^answered 503: sorry, {2}your key … x+$/);
  expect(quoted).toHaveLength('answered 503: '.length + 200);
});

it('follows no redirect', async () => {
  const other = await sink();
  const { url } = await sink({
    behaviour: { kind: 'answer', status: 307, headers: { location: `${other.url}/x?token=1` } },
  });
  const result = await httpOut().call(post(url), never);
  expect(result).toMatchObject({ kind: 'failed', status: 307, detail: 'answered 307; redirects are not followed' });
  expect(other.opened).toBe(0);
});

it('reads no more than 4 kB, also of what never ends', async () => {
  const { url } = await sink({ behaviour: { kind: 'answer', body: 'y'.repeat(3_000_000) } });
  const result = await httpOut().call(post(url), never);
  expect(result).toMatchObject({ kind: 'ok', status: 200 });
  expect(result.body).toHaveLength(4_096);
});

it.each([
  ['headers', { kind: 'hang', at: 'headers' }, null, 'not done in 400 ms'],
  ['body', { kind: 'hang', at: 'body' }, 200, 'not done in 400 ms while it answered 200'],
  ['drips', { kind: 'drip', everyMs: 20 }, 200, 'not done in 400 ms while it answered 200'],
] as const)('gives up in time when it hangs: %s', async (_where, behaviour, status, detail) => {
  const { url } = await sink({ behaviour });
  const out = httpOut();
  const result = await out.call(post(url), never);
  expect(result).toMatchObject({ kind: 'failed', status, detail });
  await eventually(() => expect(out.openConnections()).toBe(0));
  expect(result.ms).toBeGreaterThan(350);
  expect(result.ms).toBeLessThan(2_000);
});

it.each([
  ['headers', null, /^the connection was broken \(\w+\)$/],
  ['body', 200, /while it answered 200$/],
] as const)('tells that the connection broke within the %s', async (at, status, detail) => {
  const { url } = await sink({ behaviour: { kind: 'drop', at } });
  const result = await httpOut().call(post(url), never);
  expect(result).toMatchObject({ kind: 'failed', status, detail: expect.stringMatching(detail) });
});

it('tells that nobody listens', async () => {
  const gone = await startHttpSink();
  await gone.close();
  const result = await httpOut().call(post(gone.url), never);
  expect(result).toMatchObject({ kind: 'failed', status: null, detail: 'the connection was refused (ECONNREFUSED)' });
});

it('ends with its signal and when it is closed', async () => {
  const { url } = await sink({ behaviour: { kind: 'hang', at: 'headers' } });
  const out = httpOut({ timeoutMs: 30_000 });
  expect(await out.call(post(url), AbortSignal.timeout(20))).toMatchObject({ kind: 'failed', detail: 'given up' });
  const open = out.call(post(url), never);
  await out.close();
  expect(await open).toMatchObject({ kind: 'failed', status: null });
});

it('trusts only certificates that it should', async () => {
  const { url, ca, requests } = await sink({ tls: true });
  const refused = await httpOut().call(post(url), never);
  expect(refused).toMatchObject({ kind: 'failed', detail: expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT') });
  expect(requests).toEqual([]);
  expect(await httpOut({ extraCa: ca }).call(post(url), never)).toMatchObject({ kind: 'ok', status: 200 });
});

it('keeps connections open for the next call, but not more than it may', async () => {
  const server = await sink();
  const out = httpOut();
  for (let n = 0; n < 5; n += 1) await out.call(post(server.url), never);
  expect(server.opened).toBeLessThanOrEqual(2);
  expect(server.requests.at(-1)?.headers.connection).toBe('keep-alive');
  await httpOut({ keptConnections: 0 }).call(post(server.url), never);
  expect(server.requests.at(-1)?.headers.connection).toBe('close');
});

it('lets nobody wait for calls that hang at the same server', async () => {
  const server = await sink();
  server.behave({ kind: 'hang', at: 'headers' }, '/hang');
  const out = httpOut({ timeoutMs: 20_000 });
  const hanging = Array.from({ length: 60 }, () => out.call(post(`${server.url}/hang`), never));
  await eventually(() => expect(server.requests).toHaveLength(60));
  expect(await out.call(post(`${server.url}/ok`), never)).toMatchObject({ kind: 'ok', status: 200 });
  await out.close();
  expect((await Promise.all(hanging)).map(({ kind }) => kind)).toEqual(Array(60).fill('failed'));
});
