import { setTimeout as delay } from 'node:timers/promises';
import type { Delivery } from '@aftertone/contracts';
import { waitFor } from '@aftertone/local';
import type { HttpBehaviour, SmtpBehaviour } from '@aftertone/testing';
import { operator } from '../faults/operator.ts';
import type { Injection, Scenario } from '../scenario.ts';

const MISBEHAVED_MS = 4_000;
/** A webhook that fails for so long is given up. */
const GIVE_UP_SECONDS = 8;
/** Whoever fails four times in a row is left alone for a minute, and is tried again only then; the rest is for the load. */
const ENDED_MS = 120_000;
const HOOK_RETRY_SECONDS = '1,2';

const mailFaults: [string, SmtpBehaviour][] = [
  ['mails refused for now', { kind: 'refuse', code: 451 }],
  ['mails unanswered', { kind: 'hang' }],
  ['mails taken and unanswered', { kind: 'hang', keeps: true }],
  ['mails cut off', { kind: 'drop', keeps: false }],
  ['mails taken and cut off', { kind: 'drop', keeps: true }],
  ['mails refused for ever', { kind: 'refuse', code: 550 }],
];
const webhookFaults: [string, HttpBehaviour][] = [
  ['webhooks answered 500', { kind: 'answer', status: 500 }],
  ['webhooks unanswered', { kind: 'hang', at: 'headers' }],
  ['webhooks answered by half', { kind: 'hang', at: 'body' }],
  ['webhooks cut off', { kind: 'drop', at: 'headers' }],
  ['webhooks cut off in the body', { kind: 'drop', at: 'body' }],
  ['webhooks answered 429', { kind: 'answer', status: 429, headers: { 'retry-after': '1' } }],
];

/** Mail server and webhook refuse, hang, fail, break off and are down; what was given up is replayed by the operator. */
export const brokenReceivers: Scenario = {
  name: 'receivers',
  title: 'mail server and webhook misbehaving',
  options: {
    env: {
      SMTP_TIMEOUT_MS: '2000',
      NOTIFY_WEBHOOK_RETRY_SECONDS: HOOK_RETRY_SECONDS,
      NOTIFY_WEBHOOK_GIVE_UP_SECONDS: String(GIVE_UP_SECONDS),
    },
  },
  async inject(injection) {
    const { field, load, note, scale } = injection;
    const { mail, webhooks } = field;
    for (const [n, [mailFault, misbehave]] of mailFaults.entries()) {
      await load.reached((n + 0.5) / (mailFaults.length + 1));
      const [webhookFault, misanswer] = webhookFaults[n] ?? ['', { kind: 'answer' }];
      const healed = [note(mailFault), note(webhookFault)];
      mail.behave(misbehave);
      webhooks.behave(misanswer);
      await delay(MISBEHAVED_MS * scale);
      mail.behave({ kind: 'accept' });
      webhooks.behave({ kind: 'answer', status: 204 });
      for (const tell of healed) tell();
    }
    await refuseConnections(injection);
    await load.end();
    await replayFailed(injection);
  },
};

const inState = ({ field: { api } }: Injection, state: Delivery['state']) =>
  api.all<Delivery>(`/v1/deliveries?state=${state}`);

/** Nobody listens at either port any more, until a webhook has been given up for it. */
async function refuseConnections(injection: Injection): Promise<void> {
  const { mail, webhooks } = injection.field;
  const healed = [
    injection.note('connections to the mail server refused'),
    injection.note('webhooks refused connections'),
  ];
  await Promise.all([mail.shut(), webhooks.shut()]);
  const isGivenUp = async () => (await inState(injection, 'failed')).some(({ channel }) => channel === 'webhook');
  await waitFor('a webhook that is given up', isGivenUp, { timeoutMs: ENDED_MS, everyMs: 500 });
  await Promise.all([mail.open(), webhooks.open()]);
  for (const tell of healed) tell();
}

/** As the operator does: lists what failed, replays it. What is under way may fail yet, so the first list waits for that. */
async function replayFailed(injection: Injection): Promise<void> {
  const { installation } = injection.field;
  const isCalm = async () =>
    (await Promise.all([inState(injection, 'pending'), inState(injection, 'sending')])).flat().length === 0;
  await waitFor('the end of all attempts', isCalm, { timeoutMs: ENDED_MS, everyMs: 500 });
  const failed = await inState(injection, 'failed');
  for (const channel of ['email', 'webhook']) {
    if (!failed.some((one) => one.channel === channel)) throw new Error(`no ${channel} was given up`);
  }
  const list = await operator(installation, 'deliveries', 'list', '--state', 'failed');
  const missing = failed.filter(({ id }) => !list.includes(id));
  if (missing.length > 0) throw new Error(`the operator is not shown ${missing.map(({ id }) => id).join(', ')}`);
  for (const { channel } of failed) injection.note(`${channel} given up, replayed by the operator`);
  // One of them by its name, and the others all together.
  const [hook] = failed.filter(({ channel }) => channel === 'webhook');
  await operator(installation, 'deliveries', 'replay', hook?.id ?? '');
  await operator(installation, 'deliveries', 'replay', '--all');
}
