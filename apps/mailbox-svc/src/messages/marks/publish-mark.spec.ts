import { eventsByType } from '@aftertone/contracts';
import { expect, it } from 'vitest';
import { caller, now, unheard } from '../message.samples.ts';
import type { MarkEvent, MessageFacts } from '../message.ts';
import { publishMessage } from '../publish.ts';
import { memberFeedId, memberRole } from './feeds.ts';

const ann = '0190a000-0000-7000-8000-00000000000a';
const { mailboxId } = unheard;
const id = '0190d000-0000-7000-8000-000000000001';
const access = { type: 'global', ownerUserIds: [] };
const stamps = {
  mailbox: { feedId: mailboxId, sequence: 8, access, counters: [3, 0, 2, 0, 1, 1, 12_340, 5] },
  [memberRole(ann)]: { feedId: memberFeedId(mailboxId, ann), sequence: 1, access: null, counters: [-1, 0, 1] },
};
const heardBy = (message: MessageFacts = unheard): MarkEvent => ({
  type: 'MessageHeardByMember',
  data: { message, caller, userId: ann, heardAt: now, was: { heardAt: null } },
});
const publish = (event: MarkEvent) =>
  publishMessage(event, { tenantId: '0190e000-0000-7000-8000-000000000001', id, version: 4, stamps });

it('tells the member the message and the counts as the member sees them, without a number of the mailbox', () => {
  const [updated, mwi, ...rest] = publish(heardBy());
  expect(rest).toEqual([]);
  expect(updated).toMatchObject({
    type: 'message_updated',
    data: {
      mailboxId,
      messageId: id,
      memberUserId: ann,
      changed: ['heard', 'heardAt'],
      message: { heard: true, heardAt: now, version: 4, ...caller },
    },
  });
  expect(mwi).toMatchObject({
    type: 'mwi_updated',
    data: {
      mailboxId,
      memberUserId: ann,
      counts: { new: 2, saved: 0, heard: 3, trash: 0, urgentNew: 1, urgentSaved: 1, totalMs: 12_340, revision: 7 },
    },
  });
  for (const { sequence, type, data } of publish(heardBy())) {
    expect(sequence).toBeUndefined();
    expect(eventsByType.get(type)?.data.parse(data)).toEqual(data);
  }
});

it('is on a place of its own below the mailbox, copied to the member alone', () => {
  expect(publish(heardBy()).map(({ path, audiences }) => [path, audiences])).toEqual([
    [`mailboxes.${mailboxId}.member_messages.updated`, [`users.${ann}.voicemails.messages.updated`]],
    [`mailboxes.${mailboxId}.member_mwi.updated`, [`users.${ann}.voicemails.mwi.updated`]],
  ]);
});

it('tells of no counts where heard does not matter to them', () => {
  expect(publish(heardBy({ ...unheard, folder: 'saved' })).map(({ type }) => type)).toEqual(['message_updated']);
});
