import { type CloudEvent, contractEvents } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { expect, it } from 'vitest';
import { someGroup } from '../test-support/some-group.ts';
import { accessChange } from './access-change.ts';

const [owner, member] = [newId(), newId()];
const box = someGroup();
const { mailboxId } = box;

it.each<[string, CloudEvent, unknown]>([
  ['a group', box.settings(1, 'group', [owner]), { kind: 'mailbox', mailboxId, isGroup: true, ownerUserIds: [owner] }],
  ['no group', box.settings(2, 'global', []), { kind: 'mailbox', mailboxId, isGroup: false, ownerUserIds: [] }],
  ['a closed mailbox', box.closed(3), { kind: 'mailbox', mailboxId, isGroup: false, ownerUserIds: [] }],
  ['a member', box.member(4, member, ['listen']), { kind: 'member', mailboxId, userId: member, listens: true }],
  ['a member who only leaves messages', box.member(5, member, ['deposit']), { userId: member, listens: false }],
  ['a former member', box.removed(6, member), { kind: 'member', mailboxId, userId: member, listens: false }],
])('reads of %s', (_name, event, change) => {
  expect(accessChange(event)).toMatchObject(Object(change));
});

it('finds nothing in other events, and refuses one that is not what it promises', () => {
  expect(accessChange({ ...box.closed(1), type: contractEvents.pinLocked.type })).toBeNull();
  expect(() => accessChange({ ...box.closed(1), data: {} })).toThrow(
    expect.objectContaining({ code: 'event-unreadable', kind: 'invalid' }),
  );
});
