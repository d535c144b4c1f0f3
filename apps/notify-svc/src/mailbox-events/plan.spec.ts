import { expect, it } from 'vitest';
import { someMailbox } from '../test-support/mailbox-events.ts';
import { planNotices } from './plan.ts';
import { type NewMessage, readNews } from './read-news.ts';

const box = someMailbox({ to: ['anna@example.test', 'ben@example.test'], attachAudio: true });
const voice = {
  type: 'voice' as const,
  mediaId: '0190c000-0000-7000-8000-000000000001',
  contentType: 'audio/wav' as const,
  codec: 'pcm_mulaw',
  durationMs: 12_340,
  bytes: 98_764,
  sha256: 'ab'.repeat(32),
};
const known = {
  ...{ number: '100', name: 'Reception', timezone: 'UTC', language: 'en' },
  ...{ emailTo: ['anna@example.test', 'ben@example.test', 'anna@example.test'], attachAudio: true },
};
const cause = { eventId: 'event-1', correlationId: 'request-1' };

const message = (change: Parameters<typeof box.messageCreated>[0]): NewMessage => {
  const news = readNews(box.messageCreated(change));
  if (news?.kind !== 'message') throw new Error('this is no new message');
  return news.message;
};

it('plans one notification per recipient', () => {
  const planned = planNotices(cause, message({ content: voice }), known);
  expect(planned.map(({ facts }) => facts.recipient)).toEqual(['anna@example.test', 'ben@example.test']);
  expect(planned[0]?.facts).toMatchObject({ ...cause, channel: 'email', mailboxId: box.mailboxId });
});

it('encloses the recording when the mailbox wants it and the message is not confidential', () => {
  const recordings = (change: Parameters<typeof message>[0], attachAudio = true) =>
    planNotices(cause, message(change), { ...known, attachAudio }).map(({ notice }) => notice.recording?.mediaId);
  expect(recordings({ content: voice })).toEqual([voice.mediaId, voice.mediaId]);
  expect(recordings({ content: voice }, false)).toEqual([undefined, undefined]);
  expect(recordings({ content: voice, confidential: true })).toEqual([undefined, undefined]);
  expect(recordings({ content: { type: 'none' } })).toEqual([undefined, undefined]);
});

it('reads events of a newer mailbox-svc, with settings and contents that are not known here', () => {
  const created = box.created();
  const email = { to: ['anna@example.test'], attachAudio: false, digest: true };
  const data = { ...created.data, mailbox: { ...Object(created.data.mailbox), notify: { email, webhook: {} } } };
  expect(readNews({ ...created, data })).toMatchObject({
    kind: 'mailbox',
    mailbox: { emailTo: ['anna@example.test'] },
  });
  const { message: fax, ...rest } = box.messageCreated().data;
  const news = readNews({
    ...box.messageCreated(),
    data: { ...rest, message: { ...Object(fax), content: { type: 'fax', pages: 3 } } },
  });
  expect(news).toMatchObject({ kind: 'message', message: { message: { content: { type: 'fax' } } } });
});
