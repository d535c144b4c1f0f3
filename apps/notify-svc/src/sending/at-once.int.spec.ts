import type { CloudEvent } from '@aftertone/contracts';
import { eventually, startHttpSink, type TestHttpSink } from '@aftertone/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type SomeMailbox, someMailbox } from '../test-support/mailbox-events.ts';
import { type Notify, startNotify } from '../test-support/notify.ts';
import { webhooksOf } from '../test-support/webhooks.ts';
import { webhookAggregate } from '../webhooks/webhook.aggregate.ts';

let notify: Notify;
let sink: TestHttpSink;
let replica: ReturnType<Notify['startSending']>;
const patient = { NOTIFY_LEASE_MS: 60_000, SMTP_TIMEOUT_MS: 60_000, NOTIFY_STEP_WAIT_MS: 60_000 };

/** A replica that has found that nothing is left to be done. */
const startIdle = async (leaseMs = 60_000): Promise<void> => {
  replica = notify.startSending({ ...patient, NOTIFY_LEASE_MS: leaseMs });
  const kept = notify.smtp.messages.length;
  const [box, message] = boxWith(['first@example.test']);
  await replica.tell(box.created(), message);
  await eventually(() => expect(notify.smtp.messages).toHaveLength(kept + 1));
  await untilStates(message, ['delivered']);
};
const boxWith = (to: string[]): [SomeMailbox, CloudEvent] => {
  const box = someMailbox({ to });
  return [box, box.messageCreated()];
};

beforeEach(async () => {
  [notify, sink] = await Promise.all([startNotify(), startHttpSink()]);
  await startIdle();
});
afterEach(async () => {
  await notify.close();
  await sink.close();
});

/** Types of what was appended to the deliveries of a mailbox's tenant, one list for each append. */
const appendsOf = async ({ tenantId }: SomeMailbox): Promise<string[][]> => {
  const all = await notify.store.log.readTenant({ tenantId, afterPosition: 0, limit: 1_000 });
  const deliveries = all.filter(({ streamId }) => streamId.startsWith('delivery-'));
  return [...Map.groupBy(deliveries, ({ streamId, at, type }) => `${streamId} ${at} ${type.startsWith('A')}`)].map(
    ([, events]) => events.map(({ type }) => type),
  );
};
const untilStates = (message: CloudEvent, states: string[]) =>
  eventually(async () => {
    const all = await notify.deliveries(message);
    expect(all.map(({ state }) => state)).toEqual(states);
    return all;
  });

it('is begun by who plans it, and on record before and after', async () => {
  const [box, message] = boxWith(['anna@example.test']);
  notify.smtp.behave({ kind: 'hang' });
  const kept = notify.smtp.messages.length;
  await replica.tell(box.created(), message);
  // When the event is taken in, the attempt is on record: nobody else had to find it.
  expect(await notify.deliveries(message)).toMatchObject([{ state: 'sending', attempts: [{ n: 1 }] }]);
  expect((await appendsOf(box)).flat()).toEqual(['NotificationPlanned', 'AttemptStarted']);
  expect(notify.smtp.messages).toHaveLength(kept);
});

it('reaches each of many recipients once, with and without a place that is free', async () => {
  const to = Array.from({ length: 12 }, (_, n) => `r${n}@example.test`);
  const [box, message] = boxWith(to);
  await replica.tell(box.created(), message);
  await untilStates(
    message,
    to.map(() => 'delivered'),
  );
  await replica.tell(message);
  expect(notify.smtp.messages.flatMap((mail) => mail.to).sort()).toEqual(['first@example.test', ...to].sort());
  for (const { attempts } of await notify.deliveries(message)) expect(attempts).toHaveLength(1);
});

it('lets a webhook wait for the e-mail, and begins with it where there is none', async () => {
  const [box, other] = [someMailbox({ to: ['anna@example.test'] }), someMailbox({ to: [] })];
  for (const { tenantId } of [box, other]) await webhooksOf(notify).create(tenantId, { url: sink.url });
  const [message, alone] = [box.messageCreated(), other.messageCreated()];
  notify.smtp.behave({ kind: 'hang' });
  await replica.tell(box.created(), other.created(), message, alone);
  await untilStates(alone, ['delivered']);
  const states = (await notify.deliveries(message)).map(({ channel, state }) => [channel, state]);
  expect(states.sort()).toEqual([
    ['email', 'sending'],
    ['webhook', 'pending'],
  ]);
});

it('leaves alone what is paused', async () => {
  const box = someMailbox({ to: [] });
  const { tenantId } = box;
  const { id } = await webhooksOf(notify).create(tenantId, { url: sink.url });
  const now = new Date().toISOString();
  const data = { failures: 20, since: now, detail: 'answered 503' };
  const command = { type: 'PauseWebhook', data, meta: { now } } as const;
  const meta = { actor: { kind: 'service', id: 'notify-svc' }, correlationId: 'test' } as const;
  await notify.store.handle(webhookAggregate, { tenantId, id, command, meta });
  const message = box.messageCreated();
  await replica.tell(box.created(), message);
  expect(await notify.deliveries(message)).toMatchObject([{ state: 'pending', attempts: [] }]);
});

it('is listed as unknown and sent by another one when its process ends', async () => {
  await replica.stop(60_000);
  await startIdle(3_000);
  notify.smtp.behave({ kind: 'hang' });
  const [box, message] = boxWith(['anna@example.test']);
  await replica.tell(box.created(), message);
  await untilStates(message, ['sending']);
  await replica.stop(0);
  notify.smtp.behave({ kind: 'accept' });
  notify.startSending(patient);
  const [delivery] = await untilStates(message, ['delivered']);
  expect(delivery?.attempts.map(({ outcome }) => outcome)).toEqual(['unknown', 'delivered']);
});
