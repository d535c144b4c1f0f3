import {
  type CallContext,
  type CloudEvent,
  contractEvents,
  type EventDefinition,
  type NewDevice,
} from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { addressRules, networkOf } from '../http-out/address-rules.ts';
import { givenBrowser } from '../push/wire/browser.samples.ts';
import type { DeviceRules } from './device-desk.ts';

let version = 0;

/** An event as another service tells it; later ones have higher versions. */
const told = (tenantid: string, definition: EventDefinition, data: Record<string, unknown>): CloudEvent => ({
  specversion: '1.0',
  id: newId(),
  source: `/aftertone/c1/${definition.service}`,
  type: definition.type,
  subject: definition.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(data[name])),
  time: new Date().toISOString(),
  datacontenttype: 'application/json',
  tenantid,
  sequence: 1,
  streamversion: ++version,
  correlationid: 'request-1',
  data,
});

export const userTold = (tenantId: string, userId: string, notify: Record<string, unknown> = {}): CloudEvent => {
  const email = { enabled: null, attachAudio: null, audioFormat: null, link: null };
  const settings = { email, sms: { to: null }, push: { enabled: null }, quietHours: null, digest: null, ...notify };
  const user = { username: 'anna', firstName: null, lastName: null, email: null, language: null, timezone: null };
  return told(tenantId, contractEvents.userCreated, { userId, user: { ...user, notify: settings } });
};

export const userGone = (tenantId: string, userId: string): CloudEvent =>
  told(tenantId, contractEvents.userDeleted, { userId });

export const memberTold = (
  { tenantId, mailboxId }: { tenantId: string; mailboxId: string },
  userId: string,
  rights = ['listen'],
): CloudEvent => told(tenantId, contractEvents.memberUpdated, { mailboxId, member: { userId, rights } });

export const countsTold = (
  { tenantId, mailboxId }: { tenantId: string; mailboxId: string },
  { revision, ...change }: { new: number; revision: number },
  more: { memberUserId?: string; heardState?: 'member' } = {},
): CloudEvent => {
  const counts = { saved: 0, heard: 0, trash: 0, urgentNew: 0, urgentSaved: 0, totalMs: 0, revision, ...change };
  return told(tenantId, contractEvents.mwiUpdated, { mailboxId, counts, ...more });
};

/** Somebody has heard it; with a member only for that member. */
export const heardTold = (created: CloudEvent, memberUserId?: string): CloudEvent => {
  const { mailboxId, messageId, message } = created.data;
  const heard = { ...Object(message), heard: true };
  return told(created.tenantid, contractEvents.messageUpdated, {
    ...{ mailboxId, messageId, changed: ['heard'], message: heard },
    ...(memberUserId !== undefined && { memberUserId }),
  });
};

export const callOf = (tenantId: string, admin = false): CallContext => ({
  tenantId,
  actor: { kind: 'user', id: newId(), admin },
  correlationId: 'asked',
  deadline: Date.now() + 20_000,
});

/** Servers of this host may be called. */
export const localRules: DeviceRules = {
  platforms: new Set(['webpush', 'fcm', 'apns']),
  vapidKey: 'B'.repeat(87),
  mayConnect: addressRules([networkOf('127.0.0.0/8')]),
  allowHttp: true,
};

/** A browser whose push service has this address. */
export const browserAt = (endpoint: string): { device: NewDevice; read(body: Buffer): unknown } => {
  const { device, read } = givenBrowser(endpoint);
  const { p256dh, auth } = device.keys;
  return { device: { platform: 'webpush', endpoint, p256dh, auth, name: 'Firefox', language: null }, read };
};

export const phoneOf = (token: string): NewDevice => ({ platform: 'fcm', token, name: null, language: null });
