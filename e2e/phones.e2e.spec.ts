import { createECDH, randomBytes } from 'node:crypto';
import type { Delivery, Device } from '@aftertone/contracts';
import { eventually, startHttpSink, type TestHttpSink } from '@aftertone/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newMailbox, newPerson } from './access/world.ts';
import { Platform } from './platform.ts';
import { wav } from './wav.ts';

let platform: Platform;
let sink: TestHttpSink;

beforeAll(async () => {
  platform = await Platform.start();
  sink = await startHttpSink({ behaviour: { kind: 'answer', status: 201 } });
}, 240_000);
afterAll(async () => {
  await platform?.remove();
  await sink?.close();
}, 60_000);

const browserAt = (path: string) => {
  const keys = createECDH('prime256v1');
  keys.generateKeys();
  return {
    ...{ platform: 'webpush', endpoint: sink.url + path, name: path },
    ...{ p256dh: keys.getPublicKey('base64url'), auth: randomBytes(16).toString('base64url') },
  };
};
const requestsAt = (path: string) => sink.requests.filter((request) => request.path === path);

it('a message for two is pushed to the browsers of both and texted to the one who wants it', async () => {
  const { admin } = platform;
  const [anna, ben] = [await newPerson(admin), await newPerson(admin)];
  const { publicKey } = await anna.client.json<{ publicKey: string }>('GET', '/v1/push/vapid-key');
  for (const [person, path] of [
    [anna, '/anna'],
    [ben, '/ben'],
  ] as const) {
    await person.client.json('POST', '/v1/users/me/devices', browserAt(path));
  }
  await admin.json('PUT', '/v1/notifications/sms-gateway', {
    url: `${sink.url}/sms`,
    contentType: 'form',
    headers: { 'X-Key': 's3cret' },
    body: { to: '{{ to }}', msg: '{{ text }}' },
  });
  await ben.client.json('PATCH', '/v1/users/me/notifications', { sms: { to: '+351910000000' } });
  const { id } = await newMailbox(admin);
  for (const { user } of [anna, ben]) {
    await admin.json('PUT', `/v1/mailboxes/${id}/members/${user.id}`, { role: 'agent' });
  }

  const message = await admin.leave(id, {
    ...{ metadata: { callerName: 'Zoë', callerNumber: '+4930777' }, audio: wav(1) },
  });
  await eventually(() => {
    expect([requestsAt('/anna').length, requestsAt('/ben').length, requestsAt('/sms').length]).toEqual([1, 1, 1]);
  });
  const [push] = requestsAt('/anna');
  expect(push?.headers).toMatchObject({ 'content-encoding': 'aes128gcm' });
  expect(push?.headers.authorization).toContain(`k=${publicKey}`);
  const [text] = requestsAt('/sms');
  expect(text?.headers['x-key']).toBe('s3cret');
  const form = new URLSearchParams(String(text?.body));
  expect([form.get('to'), form.get('msg')]).toEqual(['+351910000000', expect.stringContaining('Zoë')]);

  const { items } = await eventually(async () => {
    const list = await admin.json<{ items: Delivery[] }>('GET', `/v1/messages/${message.id}/deliveries`);
    expect(list.items.filter(({ state }) => state === 'delivered')).toHaveLength(4);
    return list;
  });
  expect(items.map(({ channel }) => channel).sort()).toEqual(['mwi', 'push', 'push', 'sms']);
  // The oldest first; those planned in one page may share a millisecond.
  const made = items.map(({ createdAt }) => createdAt);
  expect(made).toEqual(made.toSorted());
  const devices = await anna.client.json<{ items: Device[] }>('GET', '/v1/users/me/devices');
  expect(devices.items).toMatchObject([{ platform: 'webpush', name: '/anna', lastSuccessAt: expect.any(String) }]);
  expect(JSON.stringify(devices)).not.toContain(sink.url);

  // Ben's devices are nothing to Anna.
  const foreign = await anna.client.send('GET', `/v1/users/${ben.user.id}/devices`);
  expect(foreign.status).toBe(404);
});
