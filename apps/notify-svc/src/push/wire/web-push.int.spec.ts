import { startHttpSink, type TestHttpSink } from '@aftertone/testing';
import { importJWK, jwtVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import webPush from 'web-push';
import type { HttpOut } from '../../http-out/http-out.ts';
import { givenBrowser } from './browser.samples.ts';
import { localHttpOut, never, notice } from './push.samples.ts';
import { sendWebPush, type WebPushConfig, type WebPushDevice } from './web-push.ts';

let service: TestHttpSink;
let http: HttpOut;
let browser: ReturnType<typeof givenBrowser>;
const keys = webPush.generateVAPIDKeys();
const config: WebPushConfig = { vapid: { subject: 'mailto:ops@example.test', ...keys }, ttlSeconds: 3600 };

beforeAll(async () => {
  service = await startHttpSink({ tls: true });
  http = localHttpOut(service.ca);
  browser = givenBrowser(`${service.url}/wpush/v2/abc`);
});
beforeEach(() => {
  service.requests.length = 0;
  service.behave({ kind: 'answer', status: 201 });
});
afterAll(async () => {
  await http.close();
  await service.close();
});
const send = (device: WebPushDevice = browser.device, told = notice, by = config) =>
  sendWebPush(http)(by, device, told, never);

/** RFC 8292: signed with the key that the browser subscribed to, for this push service, not for long. */
const verifiedVapid = async (authorization = '') => {
  const [, token = '', k = ''] = /^vapid t=([^,]+), k=(\S+)$/.exec(authorization) ?? [];
  const point = Buffer.from(k, 'base64url');
  const [x, y] = [point.subarray(1, 33).toString('base64url'), point.subarray(33).toString('base64url')];
  const key = await importJWK({ kty: 'EC', crv: 'P-256', x, y }, 'ES256');
  const { payload } = await jwtVerify(token, key, { audience: service.url, algorithms: ['ES256'] });
  return { k, payload };
};

it('sends what only the browser can read, as the standards have it', async () => {
  expect(await send()).toEqual({ outcome: 'delivered', detail: 'answered 201', status: 201, retryAfterMs: null });
  const [request] = service.requests;
  expect(request).toMatchObject({
    method: 'POST',
    path: '/wpush/v2/abc',
    headers: { ttl: '3600', urgency: 'normal', 'content-encoding': 'aes128gcm' },
  });
  expect(request?.headers.topic).toMatch(/^[A-Za-z0-9_-]{32}$/);
  const { k, payload } = await verifiedVapid(request?.headers.authorization);
  expect(k).toBe(keys.publicKey);
  expect(payload.sub).toBe('mailto:ops@example.test');
  expect(payload.exp).toBeLessThanOrEqual(Date.now() / 1000 + 24 * 3600);
  const { title, body, badge, data } = notice;
  expect(browser.read(request?.body ?? Buffer.alloc(0))).toEqual({ title, body, badge, data });
  expect(request?.body.includes('Zo')).toBe(false);
});

it('asks for haste when it is urgent, and replaces nothing when nothing is to be', async () => {
  await send(browser.device, { ...notice, urgent: true, collapseId: null });
  expect(service.requests[0]?.headers).toMatchObject({ urgency: 'high' });
  expect(service.requests[0]?.headers).not.toHaveProperty('topic');
});

describe('the answer', () => {
  it.each([
    [404, 'gone'],
    [410, 'gone'],
    [413, 'refused'],
    [400, 'failed'],
    [403, 'failed'],
    [429, 'failed'],
    [500, 'failed'],
  ])('%i means %s', async (status, outcome) => {
    service.behave({ kind: 'answer', status, headers: { 'retry-after': '30' } });
    expect(await send()).toMatchObject({ outcome, status, retryAfterMs: 30_000 });
  });

  it('that never comes is a failure', async () => {
    service.behave({ kind: 'hang', at: 'headers' });
    expect(await send()).toMatchObject({ outcome: 'failed', status: null, detail: 'not done in 500 ms' });
  });
});

it('refuses endpoints that may not be called, and keys that are none', async () => {
  const inner = await send({ ...browser.device, endpoint: 'https://10.0.0.1/x' });
  expect(inner).toMatchObject({ outcome: 'refused', status: null });
  const broken = await send({ ...browser.device, keys: { p256dh: 'AAAA', auth: 'AAAA' } });
  expect(broken).toMatchObject({ outcome: 'refused', detail: expect.stringContaining('cannot be encrypted') });
  expect(service.requests).toEqual([]);
});
