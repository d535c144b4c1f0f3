import { type Device, device, newDevice, page, vapidKey } from '@aftertone/contracts';
import { z } from 'zod';
import { component } from '../docs/components.ts';
import { pageText } from '../http/query-text.ts';
import { defineRoute } from '../http/route.ts';

const tag = 'devices';
const path = '/v1/users/{id}/devices';
const access = 'aftertone.users.{id}.devices';
const missing = 'user-not-found';

const p256dh = 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4';
const browser = { platform: 'webpush', name: 'Firefox at home', language: 'fr' } as const;
const example: Device = {
  id: '01964c2f-5a6b-7c8d-8e9f-0a1b2c3d4e21',
  ...browser,
  createdAt: '2026-03-01T09:00:00.000Z',
  lastSuccessAt: '2026-03-02T10:00:00.000Z',
};
const notConfigured = { 422: ['push-platform-not-configured'] };

export const deviceRoutes = {
  list: defineRoute({
    operationId: 'listDevices',
    method: 'GET',
    path,
    me: true,
    tag,
    summary: 'List the devices to which a user gets pushes',
    description: 'By id. What push services know them by is never read back.',
    access: `${access}.read`,
    query: z.strictObject(pageText),
    status: 200,
    answer: component('DevicePage', page(device), { items: [example], next: null }),
    missing,
  }),
  register: defineRoute({
    operationId: 'registerDevice',
    method: 'POST',
    path,
    me: true,
    tag,
    summary: 'Register a phone or browser for pushes',
    description:
      'The user gets a push there for every new message in a mailbox that the user may listen to. Registering again is ' +
      'harmless, and is how a new token is told. A device has one user: registered by another one it is that user’s ' +
      'from then on. One that its push service does not know any more goes by itself. Registering for somebody else ' +
      'takes an ACL that covers all that the user has.',
    access: `${access}.create`,
    body: component(
      'NewDevice',
      newDevice,
      {
        ...browser,
        endpoint: 'https://updates.push.example.org/wpush/v2/gAAAAB',
        p256dh,
        auth: 'BTBZMqHH6r4Tts7J_aSIgg',
      },
      { platform: 'fcm', token: 'fMEyW0:APA91bH', name: 'Phone of Anna', language: null },
      { platform: 'apns', token: 'ab'.repeat(32), topic: null, environment: 'production', name: null, language: null },
    ),
    status: 201,
    answer: component('Device', device, example),
    missing,
    refusals: {
      400: ['push-endpoint-refused', 'push-key-refused'],
      403: ['beyond-own-access'],
      422: [...notConfigured[422], 'too-many-devices'],
    },
  }),
  remove: defineRoute({
    operationId: 'removeDevice',
    method: 'DELETE',
    path: `${path}/{deviceId}`,
    me: true,
    tag,
    summary: 'Remove a device: it gets no more pushes',
    access: `${access}.delete`,
    status: 204,
    missing,
    refusals: { 403: ['beyond-own-access'], 404: ['device-not-found'] },
  }),
  vapidKey: defineRoute({
    operationId: 'readVapidKey',
    method: 'GET',
    path: '/v1/push/vapid-key',
    tag,
    summary: 'Read the key that browsers subscribe with',
    description: 'It is the `applicationServerKey` of `PushManager.subscribe`.',
    access: 'aftertone.push.vapid-key.read',
    status: 200,
    answer: component('VapidKey', vapidKey, { publicKey: p256dh }),
    refusals: notConfigured,
  }),
};
