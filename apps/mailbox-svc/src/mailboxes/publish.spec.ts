import { eventsByType } from '@aftertone/contracts';
import { describe, expect, it } from 'vitest';
import { ann, annsBox, bob, created } from './mailbox.samples.ts';
import type { MailboxEvent } from './mailbox.ts';
import { publishMailbox } from './publish.ts';

const id = '0190b000-0000-7000-8000-000000000001';
const tenantId = '0190e000-0000-7000-8000-000000000001';
const publish = (event: MailboxEvent, ...owners: string[]) =>
  publishMailbox(event, {
    tenantId,
    id,
    version: 2,
    stamps: {
      mailbox: { feedId: id, sequence: 5, counters: [], access: { type: 'personal', ownerUserIds: owners } },
    },
  });

const events: MailboxEvent[] = [
  { type: 'MailboxCreated', data: { mailbox: annsBox } },
  { type: 'MailboxChanged', data: { mailbox: annsBox, was: { name: 'Anne' } } },
  {
    type: 'MemberSet',
    data: { member: { userId: bob, role: 'reader', rights: ['listen', 'deposit'], since: created } },
  },
  { type: 'MemberRemoved', data: { userId: bob } },
  { type: 'PinSet', data: { mailbox: { ...annsBox, hasPin: true } } },
  { type: 'PinRemoved', data: { mailbox: annsBox } },
  { type: 'PinLocked', data: { until: created } },
  { type: 'DepositRefused', data: { reason: 'mailbox-full', limit: 'maxMessages', revision: 4, at: created } },
  { type: 'MailboxClosed', data: {} },
  { type: 'MailboxPurged', data: {} },
];

describe('contract events of a mailbox', () => {
  it("are one for each event, numbered by the feed, in the contract's shape", () => {
    const published = events.flatMap((event) => publish(event, ann));
    expect(published.map(({ type }) => type)).toEqual([
      'mailbox_created',
      'mailbox_updated',
      'mailbox_member_updated',
      'mailbox_member_removed',
      'mailbox_updated',
      'mailbox_updated',
      'pin_locked',
      'message_refused',
      'mailbox_closed',
      'mailbox_purged',
    ]);
    for (const { type, data, sequence } of published) {
      expect(sequence).toBe(5);
      expect(eventsByType.get(type)?.data.parse(data)).toEqual(data);
    }
  });

  it('name the changed fields, and a PIN without its value', () => {
    expect(publish(events[1] as MailboxEvent)[0]?.data).toMatchObject({ changed: ['name'] });
    const pinSet: MailboxEvent = { type: 'PinSet', data: { mailbox: { ...annsBox, hasPin: true } } };
    expect(publish(pinSet)[0]?.data).toMatchObject({ changed: ['pin'], mailbox: { hasPin: true } });
  });

  it('tell old and new audience, each once, when the access changed', () => {
    const changed: MailboxEvent = {
      type: 'MailboxChanged',
      data: { mailbox: { ...annsBox, ownerUserIds: [ann, bob] }, was: { ownerUserIds: [ann] } },
    };
    expect(publish(changed, ann, bob)[0]?.audiences).toEqual([
      `users.${ann}.voicemails.settings.updated`,
      `users.${bob}.voicemails.settings.updated`,
    ]);
    const shared: MailboxEvent = {
      type: 'MailboxChanged',
      data: { mailbox: { ...annsBox, accessType: 'global' }, was: { accessType: 'personal' } },
    };
    const place = {
      feedId: id,
      sequence: 1,
      counters: [],
      access: { type: 'global', ownerUserIds: [ann] },
    };
    expect(publishMailbox(shared, { tenantId, id, version: 2, stamps: { mailbox: place } })[0]?.audiences).toEqual([
      'voicemails.global.settings.updated',
      `users.${ann}.voicemails.settings.updated`,
    ]);
  });

  it('tell the counts to those who see the mailbox now, not to those who did', () => {
    const counters = [2, 1, 3, 4, 1, 0, 9_000, 6];
    const shared: MailboxEvent = {
      type: 'MailboxChanged',
      data: {
        mailbox: { ...annsBox, accessType: 'group', ownerUserIds: [bob] },
        was: { accessType: 'personal', ownerUserIds: [ann] },
        countsTold: true,
      },
    };
    const stamp = { feedId: id, sequence: 5, counters, access: { type: 'group', ownerUserIds: [bob] } };
    const [updated, counts, ...others] = publishMailbox(shared, {
      ...{ tenantId, id, version: 2 },
      stamps: { mailbox: stamp },
    });
    expect(others).toEqual([]);
    expect(updated?.audiences).toEqual([
      `voicemails.groups.${id}.settings.updated`,
      `users.${ann}.voicemails.settings.updated`,
    ]);
    expect(counts).toMatchObject({
      type: 'mwi_updated',
      sequence: 6,
      audiences: [`voicemails.groups.${id}.mwi.updated`],
      data: { counts: { new: 2, saved: 1, heard: 3, trash: 4, urgentNew: 1, totalMs: 9_000, revision: 6 } },
    });
  });

  it('tell counts of nothing while messages are kept elsewhere', () => {
    const storage = { type: 'external', email: 'ann@elsewhere.test' } as const;
    const changed: MailboxEvent = {
      type: 'MailboxChanged',
      data: { mailbox: { ...annsBox, storage }, was: { storage: { type: 'internal' } }, countsTold: true },
    };
    const access = { type: 'personal', ownerUserIds: [ann], external: true };
    const stamp = { feedId: id, sequence: 5, counters: [2, 1, 3, 4, 1, 0, 9_000, 6], access };
    const published = publishMailbox(changed, { ...{ tenantId, id, version: 2 }, stamps: { mailbox: stamp } });
    expect(published.map(({ type }) => type)).toEqual(['mailbox_updated', 'mwi_updated']);
    const nothing = { new: 0, saved: 0, heard: 0, trash: 0, urgentNew: 0, urgentSaved: 0, totalMs: 0, revision: 6 };
    expect(published[1]).toMatchObject({ sequence: 6, data: { counts: nothing } });
    expect(published[1]?.audiences).toEqual([`users.${ann}.voicemails.mwi.updated`]);
  });

  it('are one as they were for a change of access that was stored before counts were told', () => {
    const stored: MailboxEvent = {
      type: 'MailboxChanged',
      data: { mailbox: { ...annsBox, accessType: 'global' }, was: { accessType: 'personal' } },
    };
    expect(publish(stored, ann).map(({ type }) => type)).toEqual(['mailbox_updated']);
  });

  it('tell a member what is about them on their own path as well', () => {
    const member = { userId: bob, role: null, rights: ['listen' as const], since: created };
    for (const [event, verb] of [
      [{ type: 'MemberSet', data: { member } }, 'member_updated'],
      [{ type: 'MemberRemoved', data: { userId: bob } }, 'member_removed'],
    ] as const) {
      expect(publish(event, ann)).toMatchObject([
        {
          path: `mailboxes.${id}.settings.${verb}`,
          sequence: 5,
          audiences: [`users.${ann}.voicemails.settings.${verb}`, `users.${bob}.voicemails.settings.${verb}`],
        },
      ]);
      expect(publish(event, bob)[0]?.audiences).toHaveLength(1);
    }
  });

  it('say of a former member that this is still an owner', () => {
    const removed: MailboxEvent = { type: 'MemberRemoved', data: { userId: bob } };
    expect(publish(removed, ann, bob)[0]?.data).toEqual({ mailboxId: id, userId: bob, owner: true });
    expect(publish(removed, ann)[0]?.data).toEqual({ mailboxId: id, userId: bob });
  });
});
