import { eventually, startHttpSink, type TestHttpSink } from '@aftertone/testing';
import { exportPKCS8, generateKeyPair, jwtVerify } from 'jose';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ApnsConfig, sendApns } from './apns.ts';
import { type Http2Client, openHttp2Client } from './http2-client.ts';
import { never, notice } from './push.samples.ts';

const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
const pem = await exportPKCS8(privateKey);
const device = { token: 'a0b1c2d3' };

let apple: TestHttpSink;
let http2: Http2Client;
let config: ApnsConfig;
let now = new Date();

beforeEach(async () => {
  now = new Date();
  apple = await startHttpSink({ tls: true, http2: true });
  http2 = openHttp2Client({ timeoutMs: 500, extraCa: apple.ca });
  const key = { teamId: 'TEAM123456', keyId: 'KEY1234567', privateKey: pem };
  config = { key, topic: 'org.example.app', baseUrl: apple.url, ttlSeconds: 0 };
});
afterEach(async () => {
  http2.close();
  await apple.close();
});

const sender = () => {
  const send = sendApns(http2, () => now);
  return (told = notice) => send(config, device, told, never);
};
const later = (minutes: number): void => {
  now = new Date(now.getTime() + minutes * 60_000);
};
const tokenOf = (n: number): string => apple.requests.at(n)?.headers.authorization?.replace(/^bearer /, '') ?? '';
const answers = (status: number, reason?: string) =>
  apple.behave({
    kind: 'answer',
    status,
    headers: { 'apns-id': '1' },
    body: reason === undefined ? '' : JSON.stringify({ reason }),
  });

it("sends an alert as Apple's documentation has it", async () => {
  expect(await sender()()).toEqual({ outcome: 'delivered', detail: 'answered 200', status: 200, retryAfterMs: null });
  const [request] = apple.requests;
  expect(request).toMatchObject({
    method: 'POST',
    path: '/3/device/a0b1c2d3',
    headers: {
      'apns-topic': 'org.example.app',
      'apns-push-type': 'alert',
      'apns-priority': '5',
      'apns-expiration': '0',
      'apns-collapse-id': expect.stringMatching(/^[\w-]{32}$/),
    },
  });
  expect(JSON.parse(String(request?.body))).toEqual({
    aps: {
      alert: { title: 'New Voicemail', body: 'From: Zoë (1001)' },
      badge: 3,
      sound: 'default',
      'content-available': 1,
    },
    data: notice.data,
  });
  const { payload, protectedHeader } = await jwtVerify(tokenOf(0), publicKey, { issuer: 'TEAM123456' });
  expect(protectedHeader).toEqual({ alg: 'ES256', kid: 'KEY1234567' });
  expect(payload).toEqual({ iss: 'TEAM123456', iat: Math.floor(now.getTime() / 1000) });
});

it('asks for haste when it is urgent, and for patience when it may', async () => {
  config.ttlSeconds = 600;
  await sender()({ ...notice, urgent: true, collapseId: null });
  const expires = String(Math.floor(now.getTime() / 1000) + 600);
  expect(apple.requests[0]?.headers).toMatchObject({ 'apns-priority': '10', 'apns-expiration': expires });
  expect(apple.requests[0]?.headers).not.toHaveProperty('apns-collapse-id');
});

it('uses one connection and one provider token, and another token before an hour is over', async () => {
  const send = sender();
  await Promise.all([send(), send(), send()]);
  later(44);
  await send();
  expect(apple.opened).toBe(1);
  expect(new Set(apple.requests.map(({ headers }) => headers.authorization)).size).toBe(1);
  later(6);
  await send();
  expect(tokenOf(-1)).not.toBe(tokenOf(0));
});

it.each([
  ['gone', 410, 'Unregistered'],
  ['gone', 410, 'ExpiredToken'],
  ['gone', 400, 'BadDeviceToken'],
  ['refused', 400, 'DeviceTokenNotForTopic'],
  ['refused', 413, 'PayloadTooLarge'],
  ['failed', 400, 'TopicDisallowed'],
  ['failed', 403, 'InvalidProviderToken'],
  ['failed', 429, 'TooManyRequests'],
  ['failed', 429, 'TooManyProviderTokenUpdates'],
  ['failed', 500, 'InternalServerError'],
  ['failed', 503, 'ServiceUnavailable'],
])('is %s after %i %s', async (outcome, status, reason) => {
  answers(status, reason);
  expect(await sender()()).toEqual({ outcome, status, detail: `answered ${status} ${reason}`, retryAfterMs: null });
});

it('makes a new token once when one has expired, and the same for everybody', async () => {
  const send = sender();
  await send();
  const expired = tokenOf(0);
  later(10);
  apple.behave(({ headers }) =>
    headers.authorization === `bearer ${expired}`
      ? { kind: 'answer', status: 403, body: '{"reason":"ExpiredProviderToken"}' }
      : { kind: 'answer' },
  );
  const results = await Promise.all([send(), send(), send()]);
  expect(results.map(({ outcome }) => outcome)).toEqual(['delivered', 'delivered', 'delivered']);
  expect(new Set(apple.requests.map(({ headers }) => headers.authorization)).size).toBe(2);
});

it('fails when the new token has expired too', async () => {
  answers(403, 'ExpiredProviderToken');
  expect(await sender()()).toMatchObject({ outcome: 'failed', detail: 'answered 403 ExpiredProviderToken' });
  expect(apple.requests).toHaveLength(2);
});

it('takes a new connection after one that broke or that did not answer', async () => {
  const send = sender();
  apple.behave({ kind: 'drop', at: 'headers' });
  expect(await send()).toMatchObject({ outcome: 'failed', status: null });
  apple.behave({ kind: 'hang', at: 'headers' });
  expect(await send()).toMatchObject({ outcome: 'failed', status: null, detail: 'not done in 500 ms' });
  await eventually(() => expect(apple.connections).toBe(0));
  answers(200);
  expect(await send()).toMatchObject({ outcome: 'delivered' });
  expect(apple.opened).toBe(3);
});

it('fails when nobody listens, and when the key cannot be read', async () => {
  config.key.privateKey = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----';
  expect(await sender()()).toMatchObject({ outcome: 'failed', status: null });
  config.key.privateKey = pem;
  await apple.close();
  const refused = { outcome: 'failed', status: null, detail: 'the connection was refused (ECONNREFUSED)' };
  expect(await sender()()).toMatchObject(refused);
  apple = await startHttpSink();
});

it('trusts only certificates that it should', async () => {
  const strict = openHttp2Client({ timeoutMs: 500 });
  const result = await sendApns(strict, () => now)(config, device, notice, never);
  expect(result).toMatchObject({ outcome: 'failed', detail: expect.stringContaining('SELF_SIGNED') });
  expect(apple.requests).toEqual([]);
  strict.close();
});
