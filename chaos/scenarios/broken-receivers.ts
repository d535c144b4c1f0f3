import { setTimeout as delay } from 'node:timers/promises';
import type { Delivery } from '@aftertone/contracts';
import { waitFor } from '@aftertone/local';
import type { HttpBehaviour, SmtpBehaviour } from '@aftertone/testing';
import { operator } from '../faults/operator.ts';
import type { Injection, Scenario } from '../scenario.ts';

const MISBEHAVED_MS = 4_000;

const mailFaults: [string, SmtpBehaviour][] = [
  ['mails refused for now', { kind: 'refuse', code: 451 }],
  ['mails unanswered', { kind: 'hang' }],
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
];

/** Mail server and webhook refuse, hang, fail and break off; what was given up is replayed by the operator. */
export const brokenReceivers: Scenario = {
  name: 'receivers',
  title: 'mail server and webhook misbehaving',
  options: { env: { SMTP_TIMEOUT_MS: '2000' } },
  async inject(injection) {
    const { field, load, note, scale } = injection;
    const { mail, webhooks } = field;
    for (const [n, [mailFault, misbehave]] of mailFaults.entries()) {
      await load.reached((n + 0.5) / (mailFaults.length + 1));
      const [webhookFault, misanswer] = webhookFaults[n] ?? ['', { kind: 'answer' }];
      note(mailFault);
      note(webhookFault);
      mail.behave(misbehave);
      webhooks.behave(misanswer);
      await delay(MISBEHAVED_MS * scale);
      mail.behave({ kind: 'accept' });
      webhooks.behave({ kind: 'answer', status: 204 });
    }
    await load.end();
    await replayFailed(injection);
  },
};

/** As the operator does: lists what failed, replays it. What is under way may fail yet, so the first list waits for that. */
async function replayFailed({ field: { api, installation }, note }: Injection): Promise<void> {
  const inState = (state: Delivery['state']) => api.all<Delivery>(`/v1/deliveries?state=${state}`);
  const isCalm = async () => (await Promise.all([inState('pending'), inState('sending')])).flat().length === 0;
  await waitFor('the end of all attempts', isCalm, { timeoutMs: 120_000, everyMs: 500 });
  const failed = await inState('failed');
  if (failed.length === 0) throw new Error('a mail server that refuses for ever led to no failed delivery');
  const list = await operator(installation, 'deliveries', 'list', '--state', 'failed');
  const missing = failed.filter(({ id }) => !list.includes(id));
  if (missing.length > 0) throw new Error(`the operator is not shown ${missing.map(({ id }) => id).join(', ')}`);
  for (const { channel } of failed) note(`${channel} given up, replayed by the operator`);
  await operator(installation, 'deliveries', 'replay', '--all');
}
