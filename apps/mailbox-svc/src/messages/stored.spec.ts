import { newId } from '@aftertone/kernel';
import { expect, it } from 'vitest';
import { messageAggregate } from './message.aggregate.ts';
import { caller, received, voice } from './message.samples.ts';

/** As the first version stored it. */
const message1 = {
  mailboxId: newId(),
  folder: 'inbox',
  heardAt: null,
  urgent: false,
  confidential: false,
  receivedAt: received,
  content: voice,
  copiedFrom: null,
};
const openWork = { state: 'open', assigneeUserId: null, dueAt: null };

const read = (type: keyof typeof messageAggregate.codecs, data: unknown): unknown => {
  let current = data;
  for (const upcast of messageAggregate.codecs[type].upcasters ?? []) current = upcast(current as never);
  return current;
};

it('reads events of before there was team work as nobody having the message', () => {
  expect(read('MessageDeposited', { message: message1, caller })).toEqual({
    message: { ...message1, ...openWork },
    caller,
  });
  const heard = { message: { ...message1, heardAt: received }, was: { heardAt: null } };
  expect(read('MessageHeard', heard)).toEqual({ ...heard, message: { ...heard.message, ...openWork } });
  expect(read('MessagePurged', { mailboxId: message1.mailboxId, was: message1 })).toEqual({
    mailboxId: message1.mailboxId,
    was: { ...message1, ...openWork },
  });
  expect(read('MessagePurged', { mailboxId: message1.mailboxId, was: null })).toEqual({
    mailboxId: message1.mailboxId,
    was: null,
  });
});

it('keeps the work that an older process passed on in its own shape', () => {
  const work = { state: 'done', assigneeUserId: newId(), dueAt: received };
  const data = { message: { ...message1, ...work }, was: { folder: 'saved' } };
  expect(read('MessageFiled', data)).toEqual(data);
});
