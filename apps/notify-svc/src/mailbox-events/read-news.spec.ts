import { contractEvents } from '@aftertone/contracts';
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

it('goes on telling of a message that lies there only because it was mailed', () => {
  expect(readNews(trashed({ because: 'notified' }))).toBeNull();
  expect(readNews(trashed({ because: 'bounced' }))).toBeNull();
});
