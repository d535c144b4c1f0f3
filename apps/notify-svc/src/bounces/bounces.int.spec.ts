import { createLogger } from '@aftertone/platform';
import { eventually, freePort } from '@aftertone/testing';
import { createTransport } from 'nodemailer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deliveryAggregate } from '../deliveries/delivery.aggregate.ts';
import { messageOf, someMailbox } from '../test-support/mailbox-events.ts';
import { type Notify, sendingConfig, startNotify } from '../test-support/notify.ts';
import { BounceDesk } from './bounce-desk.ts';
import { startBounceListener } from './bounce-listener.ts';
import { exchange, exim, oldExim, postfix, sendmail, vacation } from './bounces.samples.ts';
import { returnPathOf } from './settings.ts';

const recipient = 'anna@example.test';
const log = createLogger({ service: 'notify-svc', level: 'silent' });
const config = { ...sendingConfig, MAIL_RETURN_PATH: 'bounces@bounce.example.com' };
const returnPath = returnPathOf(config);
if (returnPath === null) throw new Error('there is a return path');

let notify: Notify;
let box: ReturnType<typeof someMailbox>;
let port: number;
let listener: Awaited<ReturnType<typeof startBounceListener>>;
beforeEach(async () => {
  notify = await startNotify();
  port = await freePort();
  const desk = new BounceDesk({ ground: notify.ground, log, returnPath });
  listener = await startBounceListener({ desk, returnPath, host: '127.0.0.1', port, maxBytes: 300_000, log });
});
afterEach(async () => {
  await listener.close();
  await notify.close();
});

/** An e-mail that was accepted: its event and the sender of its envelope. */
const sent = async () => {
  box = someMailbox({ to: [recipient] });
  const message = box.messageCreated();
  await notify.tell(box.created(), message);
  notify.startSending({ MAIL_RETURN_PATH: config.MAIL_RETURN_PATH });
  await eventually(async () => expect(await notify.deliveries(message)).toMatchObject([{ state: 'delivered' }]));
  const to = notify.smtp.messages[0]?.from ?? '';
  return { message, to };
};
const send = (to: string, raw: string, from = '') =>
  createTransport({ host: '127.0.0.1', port, ignoreTLS: true }).sendMail({ envelope: { from, to }, raw });
const bounces = async (message: Parameters<Notify['deliveries']>[0]) =>
  (await notify.deliveries(message)).map(({ state, bounce }) => ({ state, status: bounce?.status ?? null }));

describe('an e-mail that was accepted', () => {
  it('has an envelope of its own, and is from whom it was', async () => {
    const { message, to } = await sent();
    const [delivery] = await notify.deliveries(message);
    expect(returnPath.deliveriesIn(to)).toEqual([delivery?.id]);
    expect(notify.smtp.messages[0]).toMatchObject({
      to: [recipient],
      mail: { from: { address: 'voicemail@pbx.example.test' } },
    });
  });

  it.each([
    ['Postfix', postfix, '5.1.1'],
    ['Exchange', exchange, '5.2.2'],
    ['Exim', exim, '5.0.0'],
    ['Exim of long ago', oldExim, '5.7.1'],
    ['Sendmail', sendmail, '5.1.2'],
  ])('comes back from %s: it has failed, and says why', async (_server, sample, status) => {
    const { message, to } = await sent();
    expect((await send(to, sample({ to, recipient }))).response).toContain('recorded');
    expect(await bounces(message)).toEqual([{ state: 'failed', status }]);
  });

  it('comes back twice, and has failed once; what is told of it has no caller in it', async () => {
    const { message, to } = await sent();
    const mail = postfix({ to, recipient });
    await Promise.all([send(to, mail), send(to, mail), send(to, mail)]);
    const { rows } = await notify.store.pool.query(`SELECT FROM event WHERE type = 'NotificationBounced'`);
    expect(rows).toHaveLength(1);
    const [delivery] = await notify.deliveries(message);
    expect(delivery?.bounce?.detail).toContain('User unknown; call of …');
  });

  it('is delayed or answered by somebody who is away: nothing has failed', async () => {
    const { message, to } = await sent();
    expect((await send(to, postfix({ to, recipient }, 'delayed'))).response).toContain('delayed');
    expect((await send(to, vacation({ to, recipient }), recipient)).response).toContain('ignored');
    expect(await bounces(message)).toEqual([{ state: 'delivered', status: null }]);
  });

  it('comes back after its message was purged: that is still told, without what a server may quote', async () => {
    const { message, to } = await sent();
    await notify.tell(box.messageDeleted(messageOf(message), 'purged'));
    await send(to, postfix({ to, recipient }));
    const [delivery] = await notify.deliveries(message);
    expect(delivery).toMatchObject({ state: 'failed', bounce: { status: '5.1.1', detail: '5.1.1' } });
  });

  it('comes back with all of itself: more than that is refused', async () => {
    const { message, to } = await sent();
    const long = `${'x'.repeat(70)}\r\n`;
    const mail = postfix({ to, recipient }).replace('You have a new message.\r\n', long.repeat(3_800));
    await send(to, mail);
    expect(await bounces(message)).toEqual([{ state: 'failed', status: '5.1.1' }]);
    await expect(send(to, mail + long.repeat(4_000))).rejects.toMatchObject({ responseCode: 552 });
  });
});

describe('a mail that came back', () => {
  it('is taken at no address but those that we have signed', async () => {
    const { message, to } = await sent();
    const wrong = to.replace(/\.[0-9a-f]{16}@/, '.0123456789abcdef@');
    for (const address of [wrong, 'bounces@bounce.example.com', 'postmaster@bounce.example.com']) {
      await expect(send(address, postfix({ to, recipient }))).rejects.toMatchObject({ responseCode: 550 });
    }
    expect(await bounces(message)).toEqual([{ state: 'delivered', status: null }]);
  });

  it('about a delivery that is not there is harmless', async () => {
    const to = returnPath.addressFor('0190a000-0000-7000-8000-000000000009');
    expect((await send(to, postfix({ to, recipient }))).response).toContain('ignored');
  });

  it('faster than its acceptance was recorded has to come again', async () => {
    box = someMailbox({ to: [recipient] });
    const message = box.messageCreated();
    await notify.tell(box.created(), message);
    const [delivery] = await notify.deliveries(message);
    const id = delivery?.id ?? '';
    const now = new Date().toISOString();
    const command = { type: 'StartAttempt', data: { leaseUntil: now }, meta: { now } } as const;
    const meta = { actor: { kind: 'service' as const, id: 'test' }, correlationId: 'asked' };
    await notify.store.handle(deliveryAggregate, { tenantId: box.tenantId, id, command, meta });
    const to = returnPath.addressFor(id);
    await expect(send(to, postfix({ to, recipient }))).rejects.toMatchObject({ responseCode: 451 });
  });

  it('is found by the address in it when a pipe brings it', async () => {
    const { message, to } = await sent();
    const desk = new BounceDesk({ ground: notify.ground, log, returnPath });
    const take = (mail: string) => desk.take({ mail: Buffer.from(mail) });
    expect(await take(postfix({ to: 'somebody@example.test', recipient }))).toBe('ignored');
    expect(await take(postfix({ to, recipient }))).toBe('recorded');
    expect(await take(postfix({ to, recipient }))).toBe('ignored');
    expect(await bounces(message)).toEqual([{ state: 'failed', status: '5.1.1' }]);
  });
});
