import type { Clock } from '@aftertone/kernel';
import type { HttpOut, HttpResult } from '../http-out/http-out.ts';
import { quotedDetail } from '../http-out/quoted-detail.ts';
import type { KnownCounts } from '../known/known-counts.ts';
import type { KnownMailboxes } from '../known/known-mailboxes.ts';
import type { Sending, SendOutcome, SendOver } from '../sending/channel.ts';
import { isVoicemailPro, standardBody, voicemailProBody } from './body.ts';
import { heldSince } from './holds.ts';
import type { Outcomes } from './outcomes.ts';
import { signatureHeaders } from './signature.ts';
import type { Target, Targets } from './targets.ts';

export interface WebhookSenderParts {
  http: Pick<HttpOut, 'call'>;
  targets: Targets;
  outcomes: Outcomes;
  mailboxes: KnownMailboxes;
  counts: KnownCounts;
  /** Where clients reach the gateway. */
  publicUrl: string;
  clock: Clock;
}

const gone: SendOutcome = { outcome: 'refused', detail: 'the webhook is gone', endpointWell: true };
/** It comes here when it was taken just before the pause. */
const held: SendOutcome = {
  outcome: 'failed',
  detail: 'the webhook is paused or turned off: this goes out when it is resumed',
  endpointWell: true,
  waits: true,
};

const outcomeOf = ({ kind, status, detail, retryAfterMs }: HttpResult, isTest: boolean): SendOutcome => {
  if (kind === 'ok') return { outcome: 'delivered', detail, status };
  // A test says how it is now.
  if (isTest) return { outcome: 'refused', detail, status };
  return { outcome: 'failed', detail, status, ...(retryAfterMs !== null && { retryAfterMs }) };
};

/** Posts what a delivery is about to its webhook, signed. */
export const sendWebhook = (parts: WebhookSenderParts): SendOver => {
  const bodyOf = async (sending: Sending, { format }: Target): Promise<string> => {
    const { tenantId, delivery } = sending;
    const { mailboxId } = delivery.facts;
    if (mailboxId === null || !isVoicemailPro(format, delivery)) return standardBody(delivery);
    const key = { tenantId, mailboxId };
    const [mailbox, counts] = await Promise.all([parts.mailboxes.find(key), parts.counts.find(key)]);
    const { publicUrl } = parts;
    return voicemailProBody(sending, { extension: mailbox?.number ?? null, counts, publicUrl });
  };

  return async (sending, signal) => {
    const { tenantId, deliveryId, delivery } = sending;
    const owner = { tenantId, id: delivery.facts.recipient };
    const isTest = delivery.facts.purpose === 'test';
    const target = await parts.targets.find(owner);
    if (target === null) return gone;
    if (target.held && !isTest) return held;
    const body = await bodyOf(sending, target);
    const signed = signatureHeaders({ id: deliveryId, at: parts.clock(), body }, target.signing);
    const headers = { ...target.headers, 'content-type': 'application/json', ...signed };
    const result = await parts.http.call({ url: target.url, headers, body }, signal);
    const outcome = outcomeOf(result, isTest);
    // What we cut off ourselves says nothing about the other side.
    if (!isTest && !signal.aborted) parts.outcomes.record(owner, outcome, delivery.facts.correlationId);
    if (!isTest) return { ...outcome, heldMs: heldSince(target.holds, delivery.since, parts.clock()) };
    const secrets = [...target.signing, ...Object.values(target.headers), signed['webhook-signature']];
    return { ...outcome, quoted: quotedDetail(result, secrets) };
  };
};
