import { contractEvents } from '@aftertone/contracts';
import { eventually, startHttpSink, type TestHttpSink } from '@aftertone/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { someMailbox } from '../test-support/mailbox-events.ts';
import { type Notify, startNotify } from '../test-support/notify.ts';
import { webhooksOf } from '../test-support/webhooks.ts';
import { startAdopting } from './left-work.ts';

let notify: Notify;

beforeEach(async () => {
  notify = await startNotify();
});
afterEach(() => notify.close());

const counts = { new: 1, saved: 2, heard: 3, trash: 0, urgentNew: 0, urgentSaved: 0, totalMs: 9, revision: 3 };

/** A message with an e-mail, lamps and perhaps a webhook; its counts are told right after it. */
const deposit = async (webhook?: { url: string }) => {
  const box = someMailbox({ to: ['anna@example.test'], notify: { mwi: { enabled: true } } });
  const { mailboxId } = box;
  await notify.tell(box.created());
  if (webhook !== undefined) await webhooksOf(notify).create(box.tenantId, webhook);
  const message = { ...box.messageCreated(), sequence: 2 };
  const told = { ...box.closed(), type: contractEvents.mwiUpdated.type, data: { mailboxId, counts } };
  await notify.tell(message, told);
  return { box, message };
};
const by = async (message: Parameters<Notify['deliveries']>[0], channel: string) => {
  const found = (await notify.deliveries(message)).find((one) => one.channel === channel);
  if (found === undefined) throw new Error(`nothing is planned over ${channel}`);
  return found;
};

describe('the channels of one message', () => {
  it('are tried in their order', async () => {
    const { message } = await deposit();
    // None of them may be late, however busy the machine is.
    notify.startSending({ NOTIFY_STEP_WAIT_MS: 60_000, SMTP_TIMEOUT_MS: 60_000, NOTIFY_LEASE_MS: 60_000 });
    const mwi = await eventually(async () => {
      const found = await by(message, 'mwi');
      expect(found).toMatchObject({ state: 'delivered', attempts: [{ n: 1, detail: '1 new, 5 old' }] });
      return found;
    });
    const email = await by(message, 'email');
    expect(email.state).toBe('delivered');
    expect(String(mwi.attempts[0]?.startedAt) >= String(email.attempts[0]?.endedAt)).toBe(true);
  });

  it('do not wait for further attempts of those before them', async () => {
    notify.smtp.behave({ kind: 'refuse', code: 451, at: 'recipient' });
    const { message } = await deposit();
    notify.startSending({ NOTIFY_RETRY_SECONDS: [60_000], NOTIFY_GIVE_UP_SECONDS: 3_600 });
    await eventually(async () => expect((await by(message, 'mwi')).state).toBe('delivered'));
    expect(await by(message, 'email')).toMatchObject({ state: 'pending', attempts: [{ outcome: 'failed' }] });
  });

  it('wait for a first attempt that hangs no longer than they have to', async () => {
    notify.smtp.behave({ kind: 'hang' });
    const { message } = await deposit();
    notify.startSending({ SMTP_TIMEOUT_MS: 20_000, NOTIFY_STEP_WAIT_MS: 300 });
    await eventually(async () => expect((await by(message, 'mwi')).state).toBe('delivered'));
    expect(await by(message, 'email')).toMatchObject({ state: 'sending' });
  });

  describe('when the first of them hangs', () => {
    const stepWaitMs = 1_500;
    let webhooks: TestHttpSink;
    beforeEach(async () => {
      webhooks = await startHttpSink();
      notify.smtp.behave({ kind: 'hang' });
    });
    afterEach(() => webhooks.close());

    /** A message with a webhook that nobody can take until `letGo`. */
    const depositHeldUp = async () => {
      const deposited = await deposit({ url: webhooks.url });
      const holder = await notify.store.pool.connect();
      await holder.query('BEGIN');
      const { rows } = await holder.query<{ planned_at: Date }>(
        `SELECT planned_at FROM delivery_queue WHERE step = 1 FOR UPDATE`,
      );
      notify.startSending({
        SMTP_TIMEOUT_MS: 60_000,
        NOTIFY_ATTEMPT_TIMEOUT_MS: 60_000,
        NOTIFY_STEP_WAIT_MS: stepWaitMs,
      });
      const letGo = async (): Promise<void> => {
        await holder.query('COMMIT');
        holder.release();
      };
      return { ...deposited, plannedAt: rows[0]?.planned_at.getTime() ?? Number.NaN, letGo };
    };

    it('the others still begin in their order', async () => {
      const { message, plannedAt, letGo } = await depositHeldUp();
      await eventually(() => expect(Date.now() - plannedAt).toBeGreaterThan(1.4 * stepWaitMs));
      await letGo();
      await eventually(async () => expect((await by(message, 'mwi')).state).toBe('delivered'));
      const [webhook, mwi] = await Promise.all([by(message, 'webhook'), by(message, 'mwi')]);
      expect(webhook.attempts[0]?.startedAt).toBeDefined();
      expect(String(mwi.attempts[0]?.startedAt) >= String(webhook.attempts[0]?.startedAt)).toBe(true);
      expect(await by(message, 'email')).toMatchObject({ state: 'sending' });
    });

    it('wait for one that cannot begin as long again, and no longer', async () => {
      const { message, plannedAt, letGo } = await depositHeldUp();
      await eventually(async () => expect((await by(message, 'mwi')).state).toBe('delivered'));
      const { attempts } = await by(message, 'mwi');
      expect(Date.parse(attempts[0]?.startedAt ?? '') - plannedAt).toBeGreaterThanOrEqual(2 * stepWaitMs);
      expect(await by(message, 'webhook')).toMatchObject({ state: 'pending', attempts: [] });
      await letGo();
    });
  });
});

it('tells the bus when the lamps have their turn, once', async () => {
  const { box, message } = await deposit();
  notify.startSending();
  notify.startSending();
  await eventually(async () => expect((await by(message, 'mwi')).state).toBe('delivered'));
  const all = await notify.store.log.readTenant({ tenantId: box.tenantId, afterPosition: 0, limit: 100 });
  expect(all.filter(({ type }) => type === 'LampsNotified').map(({ data }) => data)).toMatchObject([{ counts }]);
});

it('takes over what the version before this one has planned and left', async () => {
  const { message } = await deposit();
  const { pool } = notify.store;
  // As that version had it: in its own table, where nobody works any more.
  await pool.query(
    `WITH moved AS (DELETE FROM delivery_queue WHERE lane = 'mail' RETURNING *)
     INSERT INTO delivery_work (tenant_id, id, sending, attempts, correlation_id, due_at)
     SELECT tenant_id, id, sending, attempts, correlation_id, due_at - interval '2 minutes' FROM moved`,
  );
  notify.startSending();
  const adopting = startAdopting(pool, notify.ground.clock, notify.logger);
  await eventually(async () => expect((await by(message, 'email')).state).toBe('delivered'));
  adopting.stop();
  expect((await pool.query('SELECT FROM delivery_work')).rowCount).toBe(0);
  expect(notify.smtp.messages).toHaveLength(1);
});
