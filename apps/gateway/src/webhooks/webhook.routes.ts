import { newWebhook, page, secretRotation, webhook, webhookChanges, webhookWithSecret } from '@aftertone/contracts';
import { z } from 'zod';
import { component } from '../docs/components.ts';
import { pageText } from '../http/query-text.ts';
import { defineRoute } from '../http/route.ts';
import { deliveryView } from '../notifications/delivery.routes.ts';
import { pausedExample, secretExample, testExample, toWebhookExample, webhookExample } from './webhook.examples.ts';

const tag = 'webhooks';
const missing = 'webhook-not-found';

const view = component('Webhook', webhook, webhookExample, pausedExample);
const withSecret = component('WebhookWithSecret', webhookWithSecret, { ...webhookExample, secret: secretExample });
const listed = component('WebhookPage', page(view), { items: [webhookExample], next: null });
const log = component('WebhookDeliveryPage', page(deliveryView), {
  items: [testExample, toWebhookExample],
  next: null,
});
const created = component(
  'NewWebhook',
  newWebhook,
  { name: 'CRM', url: webhookExample.url },
  { name: 'PBX', url: webhookExample.url, format: 'voicemail-pro', headers: { 'X-Api-Key': 'a secret' } },
);
const changed = component(
  'WebhookChanges',
  webhookChanges,
  { events: ['message_created', 'message_deleted'], headers: { 'X-Api-Key': 'another secret' } },
  { enabled: false, removeHeaders: ['X-Api-Key'] },
);
const rotation = component('SecretRotation', secretRotation, { overlapSeconds: 3_600 }, {});

const secretText = 'The `secret` that signs is shown in this answer only.';
const signedText =
  'Requests are POSTs, signed as Standard Webhooks has it (standardwebhooks.com): `webhook-id`, the same for every ' +
  'attempt, `webhook-timestamp` and `webhook-signature`. The body is `{type, timestamp, data}`. Any 2xx is success; ' +
  'everything else is tried again for days, and 410 pauses the webhook. ';

interface Place {
  /** Ends the names of operations: `list<Webhooks>`. */
  of: string;
  /** Of all webhooks there. */
  path: string;
  /** Of one. */
  onePath: string;
  access: string;
  oneAccess: string;
  right: 'administer' | 'settings';
  /** Said of the list and of a new one. */
  whose: string;
  refusals: Readonly<Record<number, readonly string[]>>;
  /** What names no object where all of them are. */
  allMissing?: 'mailbox-not-found';
}

const shapeErrors = ['webhook-url-refused', 'webhook-format-events', 'header-without-value', 'too-many-headers'];

const routesAt = ({ of, path, onePath, access, oneAccess, right, whose, refusals, allMissing }: Place) => {
  const all = { path, tag, right, ...(allMissing !== undefined && { missing: allMissing }) };
  const one = { path: onePath, tag, right, missing };
  const put = { ...refusals, 400: shapeErrors };
  return {
    list: defineRoute({
      ...all,
      operationId: `list${of}Webhooks`,
      method: 'GET',
      summary: `List the webhooks ${whose}`,
      access: `${access}.read`,
      query: z.strictObject(pageText),
      status: 200,
      answer: listed,
      refusals,
    }),
    create: defineRoute({
      ...all,
      operationId: `create${of}Webhook`,
      method: 'POST',
      summary: `Create a webhook ${whose}`,
      description:
        `${signedText}${secretText} Values of headers are kept sealed and are never read back. The URL must be https ` +
        'and lead to no inner network. `format: voicemail-pro` sends the body of RustPBX Voicemail Pro.',
      access: `${access}.create`,
      body: created,
      status: 201,
      answer: withSecret,
      versioned: true,
      refusals: { ...put, 422: ['too-many-webhooks'] },
    }),
    read: defineRoute({
      ...one,
      operationId: `read${of}Webhook`,
      method: 'GET',
      summary: 'Read a webhook, and how it does',
      access: `${oneAccess}.read`,
      status: 200,
      answer: view,
      versioned: true,
      refusals,
    }),
    change: defineRoute({
      ...one,
      operationId: `change${of}Webhook`,
      method: 'PATCH',
      summary: 'Change a webhook',
      description:
        'Absent fields stay as they are. A header that is absent, null or `********` keeps its value; `removeHeaders` ' +
        'takes headers away. What is for a webhook that is turned off waits; of new events it is not told.',
      access: `${oneAccess}.update`,
      body: changed,
      status: 200,
      answer: view,
      versioned: true,
      conditional: true,
      refusals: put,
    }),
    remove: defineRoute({
      ...one,
      operationId: `delete${of}Webhook`,
      method: 'DELETE',
      summary: 'Delete a webhook',
      description: 'What has not been sent to it is called off.',
      access: `${oneAccess}.delete`,
      status: 204,
      conditional: true,
      refusals,
    }),
    rotate: defineRoute({
      ...one,
      path: `${onePath}/rotate-secret`,
      operationId: `rotate${of}WebhookSecret`,
      method: 'POST',
      summary: 'Give a webhook a new secret',
      description: `For \`overlapSeconds\` the secret before signs, too. ${secretText}`,
      access: `${oneAccess}.rotate`,
      body: rotation,
      status: 200,
      answer: withSecret,
      versioned: true,
      refusals: { ...refusals, 409: ['version-mismatch'] },
    }),
    test: defineRoute({
      ...one,
      path: `${onePath}/test`,
      operationId: `test${of}Webhook`,
      method: 'POST',
      summary: 'Send a test to a webhook',
      description:
        'A signed `webhook.test`, once, also to one that is paused or turned off. The answer is its delivery, with ' +
        'the time, status and detail of the attempt; after 15 s as it is then.',
      access: `${oneAccess}.test`,
      status: 200,
      answer: deliveryView,
      refusals,
    }),
    resume: defineRoute({
      ...one,
      path: `${onePath}/resume`,
      operationId: `resume${of}Webhook`,
      method: 'POST',
      summary: 'Send to a paused webhook again',
      description:
        'What has waited for it goes out, however long that was. `missed` tells what it is not told of, and begins anew.',
      access: `${oneAccess}.resume`,
      status: 200,
      answer: view,
      versioned: true,
      refusals,
    }),
    deliveries: defineRoute({
      ...one,
      path: `${onePath}/deliveries`,
      operationId: `list${of}WebhookDeliveries`,
      method: 'GET',
      summary: 'List what was sent to a webhook, with every attempt',
      access: `${oneAccess}.deliveries.read`,
      query: z.strictObject(pageText),
      status: 200,
      answer: log,
      refusals,
    }),
  };
};

/** All webhooks of the tenant, for its administrators. New ones are told of every mailbox. */
export const webhookRoutes = routesAt({
  of: '',
  path: '/v1/webhooks',
  onePath: '/v1/webhooks/{id}',
  access: 'aftertone.webhooks',
  oneAccess: 'aftertone.webhooks.{id}',
  right: 'administer',
  whose: 'of the tenant',
  refusals: { 403: ['administrator-required'] },
});

/** Those of one mailbox, for who may set it. */
export const mailboxWebhookRoutes = routesAt({
  of: 'Mailbox',
  path: '/v1/mailboxes/{id}/webhooks',
  onePath: '/v1/mailboxes/{id}/webhooks/{webhookId}',
  access: 'aftertone.mailboxes.{id}.webhooks',
  oneAccess: 'aftertone.mailboxes.{id}.webhooks.{webhookId}',
  right: 'settings',
  whose: 'of a mailbox',
  refusals: { 403: ['right-required'], 404: ['mailbox-not-found'] },
  allMissing: 'mailbox-not-found',
});

export type WebhookRoutes = typeof webhookRoutes;
