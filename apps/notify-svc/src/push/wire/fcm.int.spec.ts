import { startHttpSink, type TestHttpSink } from '@aftertone/testing';
import { exportPKCS8, generateKeyPair, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HttpOut } from '../../http-out/http-out.ts';
import { type FcmConfig, sendFcm } from './fcm.ts';
import { localHttpOut, never, notice } from './push.samples.ts';

const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
const pem = await exportPKCS8(privateKey);
const sendPath = '/v1/projects/aftertone-test/messages:send';
const lifetimeSeconds = 3599;

let google: TestHttpSink;
let http: HttpOut;
let config: FcmConfig;
let now = new Date();
let issued = 0;

beforeEach(async () => {
  now = new Date();
  issued = 0;
  google = await startHttpSink();
  http = localHttpOut();
  config = {
    account: {
      project_id: 'aftertone-test',
      client_email: 'push@aftertone-test.iam.gserviceaccount.com',
      private_key_id: 'key-1',
      private_key: pem,
      token_uri: `${google.url}/token`,
    },
    baseUrl: google.url,
    ttlSeconds: 0,
  };
  // As https://developers.google.com/identity/protocols/oauth2/service-account says of the token endpoint.
  google.behave(async ({ body }) => {
    const form = new URLSearchParams(body.toString());
    const audience = `${google.url}/token`;
    const { payload, protectedHeader } = await jwtVerify(form.get('assertion') ?? '', publicKey, { audience });
    const valid =
      form.get('grant_type') === 'urn:ietf:params:oauth:grant-type:jwt-bearer' &&
      payload.iss === config.account.client_email &&
      payload.scope === 'https://www.googleapis.com/auth/firebase.messaging' &&
      (payload.exp ?? 0) - (payload.iat ?? 0) === 3600 &&
      protectedHeader.kid === 'key-1';
    if (!valid) return { kind: 'answer', status: 400, body: '{"error":"invalid_grant"}' };
    issued += 1;
    const answer = { access_token: `access-${issued}`, expires_in: lifetimeSeconds, token_type: 'Bearer' };
    return { kind: 'answer', body: JSON.stringify(answer) };
  }, '/token');
  google.behave({ kind: 'answer', body: '{"name":"projects/aftertone-test/messages/1"}' }, sendPath);
});
afterEach(async () => {
  await http.close();
  await google.close();
});

const sender = () => {
  const send = sendFcm(http, () => now);
  return () => send(config, { token: 'device-1' }, notice, never);
};
const sent = () => google.requests.filter(({ path }) => path === sendPath);

it('sends data to the device in the form of HTTP v1', async () => {
  expect(await sender()()).toEqual({ outcome: 'delivered', detail: 'answered 200', status: 200, retryAfterMs: null });
  const [request] = sent();
  expect(request).toMatchObject({
    method: 'POST',
    headers: { authorization: 'Bearer access-1', 'content-type': 'application/json' },
  });
  const { message } = JSON.parse(String(request?.body));
  expect(message).toEqual({
    token: 'device-1',
    data: {
      notification_type: 'voicemailReceived',
      items:
        '{"data_only":true,"message_id":"m1","notification_timestamp":"2026-03-01T12:00:00.000Z","voicemail_id":7}',
      title: 'New Voicemail',
      body: 'From: Zoë (1001)',
      badge: '3',
    },
    android: { priority: 'HIGH', ttl: '0s', collapse_key: expect.stringMatching(/^[\w-]{32}$/) },
  });
});

it('gets one access token for all, and another shortly before its end', async () => {
  const send = sender();
  await Promise.all([send(), send(), send()]);
  expect(issued).toBe(1);
  now = new Date(now.getTime() + 50 * 60_000);
  await send();
  expect(issued).toBe(1);
  now = new Date(now.getTime() + 9 * 60_000);
  await Promise.all([send(), send()]);
  expect(issued).toBe(2);
  expect(sent().at(-1)?.headers.authorization).toBe('Bearer access-2');
});

it('gets another access token after one was not taken', async () => {
  const send = sender();
  const error = { code: 401, message: 'invalid credentials for access-1', status: 'UNAUTHENTICATED' };
  google.behave({ kind: 'answer', status: 401, body: JSON.stringify({ error }) }, sendPath);
  expect(await send()).toMatchObject({ outcome: 'failed', status: 401, detail: 'answered 401 UNAUTHENTICATED' });
  google.behave({ kind: 'answer' }, sendPath);
  expect(await send()).toMatchObject({ outcome: 'delivered' });
  expect(issued).toBe(2);
});

describe('no access token', () => {
  it('is a failure, and is not kept', async () => {
    const send = sender();
    google.behave({ kind: 'answer', status: 503, headers: { 'retry-after': '5' }, body: '{"error":"busy"}' }, '/token');
    expect(await send()).toEqual({
      outcome: 'failed',
      detail: 'no access token: answered 503',
      status: 503,
      retryAfterMs: 5_000,
    });
    expect(sent()).toEqual([]);
    google.behave({ kind: 'answer', body: '{"access_token":"t","expires_in":3600}' }, '/token');
    expect(await send()).toMatchObject({ outcome: 'delivered' });
  });

  it('is what an unreadable key gives', async () => {
    config.account.private_key = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----';
    const detail = 'the private key of the service account cannot be read';
    expect(await sender()()).toMatchObject({ outcome: 'failed', detail, status: null });
  });
});

/** As https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode has it. */
const fcmError = (status: number, code: string, details: object[] = []) => ({
  kind: 'answer' as const,
  status,
  body: JSON.stringify({ error: { code: status, message: 'of device-1', status: code, details } }),
});
const fcmCode = (errorCode: string) => [{ '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode }];
const badField = (field: string) => [
  { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [{ field }] },
];

it.each([
  ['gone', fcmError(404, 'NOT_FOUND', fcmCode('UNREGISTERED')), 'answered 404 UNREGISTERED'],
  ['gone', fcmError(400, 'INVALID_ARGUMENT', badField('message.token')), 'answered 400 INVALID_ARGUMENT'],
  ['refused', fcmError(400, 'INVALID_ARGUMENT', badField('message.data[0].value')), 'answered 400 INVALID_ARGUMENT'],
  ['refused', fcmError(403, 'PERMISSION_DENIED', fcmCode('SENDER_ID_MISMATCH')), 'answered 403 SENDER_ID_MISMATCH'],
  ['failed', fcmError(404, 'NOT_FOUND'), 'answered 404 NOT_FOUND'],
  ['failed', { kind: 'answer' as const, status: 404, body: 'no such page' }, 'answered 404'],
  ['failed', fcmError(403, 'ZOE_CALLER'), 'answered 403'],
  ['failed', fcmError(429, 'RESOURCE_EXHAUSTED', fcmCode('QUOTA_EXCEEDED')), 'answered 429 QUOTA_EXCEEDED'],
  ['failed', fcmError(503, 'UNAVAILABLE', fcmCode('UNAVAILABLE')), 'answered 503 UNAVAILABLE'],
  [
    'failed',
    fcmError(401, 'UNAUTHENTICATED', fcmCode('THIRD_PARTY_AUTH_ERROR')),
    'answered 401 THIRD_PARTY_AUTH_ERROR',
  ],
])('is %s after %j', async (outcome, behaviour, detail) => {
  google.behave({ ...behaviour, headers: { 'retry-after': '60' } }, sendPath);
  expect(await sender()()).toEqual({ outcome, detail, status: behaviour.status, retryAfterMs: 60_000 });
});
