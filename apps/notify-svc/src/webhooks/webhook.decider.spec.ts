import { deciderSpec } from '@aftertone/testing';
import { describe, it } from 'vitest';
import { type WebhookCommand, webhookDecider } from './webhook.decider.ts';
import type { WebhookEvent, WebhookSettings } from './webhook.ts';

const given = deciderSpec(webhookDecider);
const now = '2026-07-14T08:15:00.000Z';
const meta = { now };

const settings: WebhookSettings = {
  name: 'CRM',
  url: 'https://crm.example.org/',
  events: ['message_created'],
  format: 'standard',
  enabled: true,
  noticeTo: null,
  headerNames: ['X-Key'],
};
const created: WebhookEvent = { type: 'WebhookCreated', data: { mailboxId: null, settings, createdAt: now } };
const pause = { failures: 20, since: now, detail: 'answered 503' };
const paused: WebhookEvent = { type: 'WebhookPaused', data: { ...pause, pausedAt: now } };
const deleted: WebhookEvent = { type: 'WebhookDeleted', data: { mailboxId: null, deletedAt: now } };

const nothing = { set: [], kept: [], removed: [] };
const change = (
  changes: Partial<Omit<WebhookSettings, 'headerNames'>>,
  headers: { set?: string[]; kept?: string[]; removed?: string[] } = {},
): WebhookCommand => ({ type: 'ChangeWebhook', data: { changes, headers: { ...nothing, ...headers } }, meta });
const changed = (to: Partial<WebhookSettings>): WebhookEvent => ({
  type: 'WebhookChanged',
  data: { settings: { ...settings, ...to }, changedAt: now },
});

describe('headers', () => {
  it('that are not named, or named without a value, stay', () => {
    given(created)
      .when(change({}, { kept: ['x-key'] }))
      .then();
  });
  it('with a new value are a change that shows nothing of it', () => {
    given(created)
      .when(change({}, { set: ['x-key'] }))
      .then(changed({ headerNames: ['x-key'] }));
  });
  it('are taken away by name', () => {
    given(created)
      .when(change({}, { set: ['A'], removed: ['X-KEY'] }))
      .then(changed({ headerNames: ['A'] }));
  });
  it('that are new need a value', () => {
    given(created)
      .when(change({}, { kept: ['X-New'] }))
      .thenThrows('header-without-value');
  });
  it('are twenty at most', () => {
    const set = Array.from({ length: 20 }, (_, n) => `X-${n}`);
    given(created).when(change({}, { set })).thenThrows('too-many-headers');
  });
});

describe('a webhook', () => {
  it('changes nothing when it is as wanted', () => {
    given(created)
      .when(change({ name: 'CRM' }))
      .then();
  });
  it('in the format of Voicemail Pro is told of new messages only', () => {
    given(created)
      .when(change({ format: 'voicemail-pro', events: ['message_created', 'mwi_updated'] }))
      .thenThrows('webhook-format-events');
  });
  it('is paused once, and resumed once', () => {
    given(created).when({ type: 'PauseWebhook', data: pause, meta }).then(paused);
    given(created, paused).when({ type: 'PauseWebhook', data: pause, meta }).then();
    given(created, paused)
      .when({ type: 'ResumeWebhook', data: { missed: null }, meta })
      .then({ type: 'WebhookResumed', data: { resumedAt: now } });
    given(created)
      .when({ type: 'ResumeWebhook', data: { missed: null }, meta })
      .then();
  });
  it('signs with the secret before for as long as was asked', () => {
    const rotated = (previousUntil: string | null): WebhookEvent => ({
      type: 'WebhookSecretRotated',
      data: { previousUntil, rotatedAt: now },
    });
    const rotate = (overlapSeconds: number): WebhookCommand => ({
      type: 'RotateSecret',
      data: { overlapSeconds },
      meta,
    });
    given(created).when(rotate(60)).then(rotated('2026-07-14T08:16:00.000Z'));
    given(created).when(rotate(0)).then(rotated(null));
  });
  it('that is deleted is not there any more', () => {
    given(created, deleted)
      .when(change({ name: 'ERP' }))
      .thenThrows('webhook-not-found');
    given(created, deleted).when({ type: 'PauseWebhook', data: pause, meta }).thenThrows('webhook-not-found');
  });
});
