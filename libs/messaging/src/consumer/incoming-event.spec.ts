import { eventHeaders } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { describe, expect, it } from 'vitest';
import { laneOf, type RawEvent, readEvent } from './incoming-event.ts';

const tenant = newId();
const mailbox = newId();
const cloudEvent = {
  specversion: '1.0',
  id: newId(),
  source: '/aftertone/c1/mailbox',
  type: 'mwi_updated',
  subject: `mailboxes.${mailbox}.mwi.updated`,
  time: '2026-01-01T00:00:00.000Z',
  datacontenttype: 'application/json',
  tenantid: tenant,
  streamversion: 3,
  correlationid: 'c',
  data: {},
  laterattribute: 'of a newer version',
};

const raw = (more: Partial<Omit<RawEvent, 'header'>> = {}, headers: Record<string, string> = {}): RawEvent => {
  const all: Record<string, string> = { [eventHeaders.position]: '7', [eventHeaders.part]: '0', ...headers };
  return {
    subject: `evt.${tenant}.mailboxes.${mailbox}.mwi.updated`,
    body: JSON.stringify(cloudEvent),
    header: (name) => all[name] ?? '',
    sequence: 1,
    deliveryCount: 1,
    ...more,
  };
};

describe('an event from the bus', () => {
  it('is read with its place, whatever newer versions add', () => {
    expect(readEvent(raw({}, { [eventHeaders.audience]: 'a.b,c.d' }))).toMatchObject({
      path: `mailboxes.${mailbox}.mwi.updated`,
      tenantId: tenant,
      position: 7,
      part: 0,
      audience: ['a.b', 'c.d'],
    });
  });

  it.each([
    ['another subject', raw({ subject: 'other.subject' })],
    ['no JSON', raw({ body: 'caller +49151' })],
    ['no CloudEvent', raw({ body: JSON.stringify({ ...cloudEvent, time: 'caller +49151' }) })],
    ['no position', raw({}, { [eventHeaders.position]: '' })],
    ['no part', raw({}, { [eventHeaders.part]: 'x' })],
  ])('is refused without quoting it: %s', (_what, event) => {
    expect(() => readEvent(event)).toThrow(expect.objectContaining({ code: 'event-unreadable', kind: 'invalid' }));
    expect(() => readEvent(event)).not.toThrow('49151');
  });
});

it('has the lane of what its path names first, per tenant', () => {
  const lane = (path: string) => laneOf({ tenantId: 't', path });
  const other = newId();
  expect(lane(`mailboxes.${mailbox}.messages.created`)).toBe(lane(`mailboxes.${mailbox}.mwi.updated`));
  expect(lane(`mailboxes.${mailbox}.mwi.updated`)).not.toBe(lane(`mailboxes.${other}.mwi.updated`));
  expect(lane(`identity.users.${mailbox}.updated`)).not.toBe(lane(`identity.users.${other}.updated`));
  expect(lane('voicemails.global.messages.created')).not.toBe(lane('voicemails.global.mwi.updated'));
  expect(laneOf({ tenantId: 'u', path: `media.${mailbox}.stored` })).not.toBe(lane(`media.${mailbox}.stored`));
});
