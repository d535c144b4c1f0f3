import { expect, it } from 'vitest';
import { collapseKey, newMessageNotice } from './push-notice.ts';

const message = {
  callerName: 'Ann Lee',
  callerNumber: '+3312345678',
  items: { message_id: 'm1' },
  badge: 3,
  urgent: false,
  collapseId: null,
  at: new Date('2026-03-01T12:00:00Z'),
};

it("tells of a new message as Wazo's apps read it", () => {
  expect(newMessageNotice(message)).toEqual({
    title: 'New Voicemail',
    body: 'From: Ann Lee (+3312345678)',
    badge: 3,
    data: {
      notification_type: 'voicemailReceived',
      items: { message_id: 'm1', notification_timestamp: '2026-03-01T12:00:00.000Z', data_only: true },
    },
    urgent: false,
    collapseId: null,
  });
});

it.each([
  ['Ann', null, 'From: Ann'],
  [null, '1001', 'From: 1001'],
  ['', '1001', 'From: 1001'],
  [null, null, 'From: unknown'],
])('never shows that %s or %s is missing', (callerName, callerNumber, body) => {
  expect(newMessageNotice({ ...message, callerName, callerNumber }).body).toBe(body);
});

it('collapses by a key that every service takes', () => {
  const id = 'message-0197b9f5-6ad1-7f13-9c1f-1f7b6a7d2f00 of box 100/é';
  expect(collapseKey(id)).toMatch(/^[A-Za-z0-9_-]{32}$/);
  expect(collapseKey(id)).toBe(collapseKey(id));
  expect(collapseKey(id)).not.toBe(collapseKey('another'));
});
