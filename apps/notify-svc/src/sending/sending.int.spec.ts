import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newId } from '@aftertone/kernel';
import { verifyGrant } from '@aftertone/platform';
import { eventually } from '@aftertone/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { messageIdOf } from '../email/mail.ts';
import { messageOf, someMailbox } from '../test-support/mailbox-events.ts';
import { grantSecret, type Notify, sendingConfig, startNotify } from '../test-support/notify.ts';

let notify: Notify;
/** How far the clock is put forward. */
let aheadMs: number;

beforeEach(async () => {
  aheadMs = 0;
  notify = await startNotify(undefined, () => new Date(Date.now() + aheadMs));
});
afterEach(() => notify.close());

type Event = Parameters<Notify['deliveries']>[0];

const deposit = async (to: string[], change: Parameters<ReturnType<typeof someMailbox>['messageCreated']>[0] = {}) => {
  const box = someMailbox({ to, attachAudio: true });
  const message = box.messageCreated(change);
  await notify.tell(box.created(), message);
  return { box, message };
};
const delivery = async (message: Event, recipient = 'anna@example.test') => {
  const found = (await notify.deliveries(message)).find((one) => one.recipient === recipient);
  if (found === undefined) throw new Error(`nothing is planned for ${recipient}`);
  return found;
};
const untilState = (message: Event, state: string, recipient?: string) =>
  eventually(async () => {
    const found = await delivery(message, recipient);
    expect(found.state).toBe(state);
    return found;
  });
const outcomes = ({ attempts }: Awaited<ReturnType<typeof delivery>>) => attempts.map(({ outcome }) => outcome);
const mailsTo = (recipient: string) => notify.smtp.messages.filter(({ to }) => to.includes(recipient));

describe('a notification', () => {
  it('reaches its recipient, and every step of it is on record', async () => {
    const { message } = await deposit(['anna@example.test']);
    notify.startSending();
    const done = await untilState(message, 'delivered');
    expect(done.attempts).toMatchObject([{ n: 1, outcome: 'delivered', detail: expect.stringMatching(/^250 /) }]);
    expect(done.nextAttemptAt).toBeNull();
    expect(mailsTo('anna@example.test')).toHaveLength(1);
    const [mail] = notify.smtp.messages;
    expect(mail?.mail.messageId).toBe(messageIdOf(done.id, sendingConfig.MAIL_FROM));
    expect(mail?.mail.text).toContain('July 15, 2026 at 12:30:00 AM GMT+2');
  });

  it('is tried again for as long as the server says "not now"', async () => {
    notify.smtp.behave({ kind: 'refuse', code: 451, text: 'greylisted', at: 'recipient' });
    const { message } = await deposit(['anna@example.test']);
    notify.startSending();
    const waiting = await eventually(async () => {
      const found = await delivery(message);
      expect(found.attempts.length).toBeGreaterThanOrEqual(2);
      return found;
    });
    expect(waiting.attempts[0]).toMatchObject({ outcome: 'failed', detail: '451 greylisted' });
    notify.smtp.behave({ kind: 'accept' });
    expect(outcomes(await untilState(message, 'delivered')).at(-1)).toBe('delivered');
    expect(mailsTo('anna@example.test')).toHaveLength(1);
  });

  it('fails at once when the server refuses its recipient, and is not tried again', async () => {
    notify.smtp.behave({ kind: 'refuse', code: 550, text: 'no such user', at: 'recipient' });
    const { message } = await deposit(['anna@example.test']);
    notify.startSending();
    const failed = await untilState(message, 'failed');
    expect(failed).toMatchObject({
      nextAttemptAt: null,
      attempts: [{ outcome: 'failed', detail: '550 no such user' }],
    });
  });

  it('is given up when it is too old', async () => {
    notify.smtp.behave({ kind: 'refuse', code: 421, at: 'data' });
    const { message } = await deposit(['anna@example.test']);
    notify.startSending({ NOTIFY_GIVE_UP_SECONDS: 3_600 });
    await eventually(async () => expect((await delivery(message)).attempts.length).toBeGreaterThan(1));
    aheadMs = 3_600_000;
    const failed = await untilState(message, 'failed');
    expect(new Set(outcomes(failed))).toEqual(new Set(['failed']));
  });

  it.each([
    ['hangs', { kind: 'hang' } as const],
    ['breaks off', { kind: 'drop', keeps: false } as const],
  ])('survives a server that %s', async (_what, behaviour) => {
    notify.smtp.behave(behaviour);
    const { message } = await deposit(['anna@example.test']);
    notify.startSending({ SMTP_TIMEOUT_MS: 200 });
    await eventually(async () => expect(outcomes(await delivery(message))).toContain('failed'));
    notify.smtp.behave({ kind: 'accept' });
    await untilState(message, 'delivered');
    expect(mailsTo('anna@example.test')).toHaveLength(1);
  });

  it('waits while there is no SMTP server, and goes out when there is one', async () => {
    const { message } = await deposit(['anna@example.test']);
    const replica = notify.startSending({ SMTP_URL: 'smtp://127.0.0.1:9' });
    await eventually(async () => expect((await delivery(message)).attempts.length).toBeGreaterThanOrEqual(2));
    await replica.stop(1_000);
    notify.startSending();
    const { attempts } = await untilState(message, 'delivered');
    expect(attempts[0]?.detail).toContain('ECONNREFUSED');
  });

  it('delays nobody else by failing', async () => {
    notify.smtp.behave({ kind: 'hang' }, 'slow@example.test');
    notify.smtp.behave({ kind: 'refuse', code: 550, at: 'recipient' }, 'gone@example.test');
    notify.startSending({ SMTP_TIMEOUT_MS: 2_000, NOTIFY_CONCURRENCY: 3 });
    const { message } = await deposit(['slow@example.test', 'gone@example.test', 'anna@example.test']);
    await untilState(message, 'delivered', 'anna@example.test');
    await untilState(message, 'failed', 'gone@example.test');
    expect(await delivery(message, 'slow@example.test')).toMatchObject({ state: 'sending' });
    // What failed before has places of its own: new mails go out while it hangs again.
    const others = Array.from({ length: 10 }, (_, n) => `other${n}@example.test`);
    const next = await deposit(others);
    for (const other of others) await untilState(next.message, 'delivered', other);
  });

  it('is sent by one of several replicas', async () => {
    const to = Array.from({ length: 20 }, (_, n) => `r${n}@example.test`);
    // Long enough on the busiest machine: what outlives its lease, or its server's time, is rightly tried twice.
    const patient = { NOTIFY_LEASE_MS: 60_000, SMTP_TIMEOUT_MS: 60_000, NOTIFY_ATTEMPT_TIMEOUT_MS: 60_000 };
    const replicas = [1, 2, 3].map(() => notify.startSending({ NOTIFY_CONCURRENCY: 4, ...patient }));
    const messages = await Promise.all([deposit(to), deposit(to), deposit(to)]);
    await eventually(() => expect(notify.smtp.messages).toHaveLength(60));
    await Promise.all(replicas.map(({ stop }) => stop(60_000)));
    const ids = notify.smtp.messages.map(({ mail }) => mail.messageId);
    expect(new Set(ids).size).toBe(60);
    for (const { message } of messages) {
      for (const one of await notify.deliveries(message)) expect(outcomes(one)).toEqual(['delivered']);
    }
  });
});

describe('an end of the process', () => {
  it('waits for the attempt under way', async () => {
    notify.smtp.behave({ kind: 'hang' });
    const { message } = await deposit(['anna@example.test']);
    const replica = notify.startSending({ SMTP_TIMEOUT_MS: 400 });
    await eventually(() => expect(notify.smtp.attempts).toBe(1));
    await replica.stop(5_000);
    expect(outcomes(await delivery(message))).toEqual(['failed']);
  });

  it('leaves an attempt that does not end to the next one, who lists it as unknown', async () => {
    notify.smtp.behave({ kind: 'hang', keeps: true });
    const { message } = await deposit(['anna@example.test']);
    const replica = notify.startSending({ SMTP_TIMEOUT_MS: 60_000, NOTIFY_LEASE_MS: 600 });
    await eventually(() => expect(notify.smtp.attempts).toBe(1));
    await replica.stop(10);
    expect(outcomes(await delivery(message))).toEqual(['sending']);
    notify.smtp.behave({ kind: 'accept' });
    notify.startSending();
    expect(outcomes(await untilState(message, 'delivered'))).toEqual(['unknown', 'delivered']);
    const [first, second] = notify.smtp.messages;
    expect(second?.mail.messageId).toBe(first?.mail.messageId);
  });
});

describe('a purge', () => {
  it('while the mail waits for its next attempt means that it never goes out', async () => {
    notify.smtp.behave({ kind: 'refuse', code: 451, at: 'recipient' });
    const { box, message } = await deposit(['anna@example.test']);
    const replica = notify.startSending({ NOTIFY_RETRY_SECONDS: [30_000] });
    await eventually(async () => expect(outcomes(await delivery(message))).toEqual(['failed']));
    await notify.tell(box.messageDeleted(messageOf(message), 'purged'));
    expect(await delivery(message)).toMatchObject({ state: 'cancelled', nextAttemptAt: null });
    const { rows } = await notify.store.pool.query('SELECT FROM delivery_work');
    expect(rows).toHaveLength(0);
    await replica.stop();
  });
});

describe('a recording', () => {
  const audio = Buffer.from(Array.from({ length: 200_000 }, (_, n) => (n * 31) % 253));
  const voice = {
    type: 'voice' as const,
    mediaId: newId(),
    contentType: 'audio/wav' as const,
    codec: 'pcm_mulaw',
    durationMs: 25_000,
    bytes: audio.length,
    sha256: createHash('sha256').update(audio).digest('hex'),
  };
  let server: Server;
  let answer: { status: number; body: Buffer | null };
  let asked: string[];

  beforeEach(async () => {
    answer = { status: 200, body: audio };
    asked = [];
    server = createServer((request, response) => {
      const grant = verifyGrant((request.headers.authorization ?? '').replace(/^Grant /, ''), grantSecret, 'get');
      asked.push(`${request.url} for ${grant.tenantId}/${grant.mediaId}`);
      response.writeHead(answer.status);
      if (answer.body !== null) response.end(answer.body);
      else response.write(audio.subarray(0, 100_000), () => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => server.close());

  const mediaUrl = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const mail = () => notify.smtp.messages.at(-1)?.mail;

  it('is attached bit for bit', async () => {
    const { box, message } = await deposit(['anna@example.test'], { content: voice });
    notify.startSending({ MEDIA_URL: mediaUrl() });
    await untilState(message, 'delivered');
    expect(asked).toEqual([`/media/${voice.mediaId} for ${box.tenantId}/${voice.mediaId}`]);
    const [attachment] = mail()?.attachments ?? [];
    expect(attachment?.filename).toBe('100-2026-07-15.wav');
    expect(Buffer.from(attachment?.content as ArrayBuffer).equals(audio)).toBe(true);
    expect(mail()?.text).toContain('The recording is attached.');
  });

  it('stays away when it is confidential', async () => {
    const { message } = await deposit(['anna@example.test'], { content: voice, confidential: true });
    notify.startSending({ MEDIA_URL: mediaUrl() });
    await untilState(message, 'delivered');
    expect(asked).toEqual([]);
    expect(mail()?.attachments).toEqual([]);
    expect(mail()?.text).toContain('This message is confidential.');
  });

  it('stays away when it is too large, for us or for the mail server', async () => {
    const { message } = await deposit(['anna@example.test'], { content: voice });
    const replica = notify.startSending({ MEDIA_URL: mediaUrl(), NOTIFY_ATTACHMENT_MAX_BYTES: audio.length - 1 });
    await untilState(message, 'delivered');
    expect(mail()?.text).toContain('too large to be attached');
    await replica.stop(1_000);

    notify.smtp.behave({ kind: 'refuse', code: 552, text: 'message too big', at: 'data' });
    notify.startSending({ MEDIA_URL: mediaUrl() });
    const second = await deposit(['anna@example.test'], { content: voice });
    await eventually(async () => expect(outcomes(await delivery(second.message))).toContain('failed'));
    notify.smtp.behave({ kind: 'accept' });
    await untilState(second.message, 'delivered');
    expect(mail()?.attachments).toEqual([]);
    expect(mail()?.text).toContain('too large to be attached');
  });

  it('is waited for while media-svc is away, but not for ever', async () => {
    answer = { status: 503, body: Buffer.alloc(0) };
    const { message } = await deposit(['anna@example.test'], { content: voice });
    notify.startSending({ MEDIA_URL: mediaUrl() });
    const done = await untilState(message, 'delivered');
    expect(done.attempts).toMatchObject([
      { outcome: 'failed', detail: expect.stringContaining('recording-unavailable') },
      { outcome: 'delivered' },
    ]);
    expect(mail()?.text).toContain('could not be attached');
  });

  it('that is gone holds nothing up', async () => {
    answer = { status: 404, body: Buffer.alloc(0) };
    const { message } = await deposit(['anna@example.test'], { content: voice });
    notify.startSending({ MEDIA_URL: mediaUrl() });
    expect(outcomes(await untilState(message, 'delivered'))).toEqual(['delivered']);
    expect(mail()?.text).toContain('could not be attached');
  });

  it.each([
    ['another one than was stored', audio.subarray(1)],
    ['a broken one', null],
  ])('is never mailed when media-svc gives %s', async (_what, body) => {
    answer = { status: 200, body };
    const { message } = await deposit(['anna@example.test'], { content: voice });
    notify.startSending({ MEDIA_URL: mediaUrl() });
    const done = await untilState(message, 'delivered');
    expect(done.attempts).toMatchObject([
      { outcome: 'failed', detail: expect.stringContaining('recording-incomplete') },
      { outcome: 'delivered' },
    ]);
    expect(notify.smtp.messages).toHaveLength(1);
    expect(mail()?.attachments).toEqual([]);
    expect(mail()?.text).toContain('could not be attached');
  });
});
