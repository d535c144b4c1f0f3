import { contractEvents } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { expect, it } from 'vitest';
import { someMailbox } from '../test-support/mailbox-events.ts';
import { readNews } from './read-news.ts';

const box = someMailbox({ to: [] });

/** A message that lies in the trash. */
const trashed = (more: object) => {
  const created = box.messageCreated({ folder: 'trash' });
  const { reason: _, ...data } = created.data;
  return { ...created, type: contractEvents.messageUpdated.type, data: { ...data, changed: ['folder'], ...more } };
};

it('takes a message in the trash as one that somebody has taken care of', () => {
  expect(readNews(trashed({}))).toMatchObject({ kind: 'message-care', care: { reason: 'gone' } });
});

it('says where a message was when it was taken care of, moved away too', () => {
  const stay = { mailboxId: box.mailboxId, version: expect.any(Number) };
  expect(readNews(trashed({}))).toMatchObject({ care: stay });
  expect(readNews(box.messageDeleted(newId(), 'moved'))).toMatchObject({ care: { ...stay, reason: 'moved' } });
});

it('goes on telling of a message that lies there only because it was mailed', () => {
  expect(readNews(trashed({ because: 'notified' }))).toBeNull();
  expect(readNews(trashed({ because: 'bounced' }))).toBeNull();
});

it('tells of a message that was left, and not of one that was put aside since nothing is said in it', () => {
  expect(readNews(box.messageCreated({}))).toMatchObject({ kind: 'message' });
  expect(readNews(box.messageCreated({ folder: 'quarantine' }))).toBeNull();
});
