import { z } from 'zod';
import { id, mailboxId, page, pageQuery } from '../common.ts';
import { delivery } from '../delivery.ts';
import { newWebhook, secretRotation, webhook, webhookChanges, webhookWithSecret } from '../webhook.ts';
import { empty } from './call.ts';
import { commandsOf, queriesOf } from './rpc.ts';

const command = commandsOf('notify');
const query = queriesOf('notify');

/**
 * `mailboxId`: only webhooks of this mailbox are there, and the gateway has looked whether the actor may set it. Absent:
 * every webhook of the tenant is; who does not administer it is refused with `administrator-required`.
 */
const scope = { mailboxId: mailboxId.optional() };
const one = { ...scope, id };
const ifVersion = z.number().int().min(0).optional();

/** Each refused with `webhook-not-found` where there is no such webhook. */
export const webhookCommands = {
  /** Refused with `webhook-url-refused`, `webhook-format-events`, `too-many-webhooks`, `header-without-value`. */
  createWebhook: command('create-webhook', z.strictObject({ ...scope, webhook: newWebhook }), webhookWithSecret),
  changeWebhook: command('change-webhook', z.strictObject({ ...one, changes: webhookChanges, ifVersion }), webhook),
  deleteWebhook: command('delete-webhook', z.strictObject({ ...one, ifVersion }), empty),
  rotateWebhookSecret: command(
    'rotate-webhook-secret',
    z.strictObject({ ...one, ...secretRotation.shape }),
    webhookWithSecret,
  ),
  resumeWebhook: command('resume-webhook', z.strictObject(one), webhook),
  /** Sends a test and answers its delivery once it has been attempted, or as it is after some seconds. */
  testWebhook: { ...command('test-webhook', z.strictObject(one), delivery), deadlineMs: 20_000 },
};

export const webhookQueries = {
  getWebhook: query('get-webhook', z.strictObject(one), webhook),
  /** By id. */
  listWebhooks: query('list-webhooks', z.strictObject({ ...scope, ...pageQuery }), page(webhook)),
  /** What was sent to it, newest first. */
  listWebhookDeliveries: query('list-webhook-deliveries', z.strictObject({ ...one, ...pageQuery }), page(delivery)),
};
