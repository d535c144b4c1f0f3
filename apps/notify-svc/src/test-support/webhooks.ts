import { type CallContext, type NewWebhook, newWebhook } from '@aftertone/contracts';
import { DeliveriesQuery } from '../deliveries/list/deliveries.query.ts';
import { networkOf } from '../http-out/address-rules.ts';
import { notifyPublisher } from '../publishing/publisher.ts';
import { startWebhooks } from '../webhooks/make-webhooks.ts';
import { UrlRules } from '../webhooks/url-rules.ts';
import { WebhookDesk } from '../webhooks/webhook-desk.ts';
import { WebhookTest } from '../webhooks/webhook-test.ts';
import type { Notify } from './notify.ts';

type Given = Partial<NewWebhook> & { url: string; mailboxId?: string };

/** An administrator's call in a tenant. */
export const adminOf = (tenantId: string): CallContext => ({
  tenantId,
  actor: { kind: 'user', id: 'admin', admin: true },
  correlationId: 'request-1',
  deadline: Date.now() + 60_000,
});

/** Webhooks of a notify-svc under test, with what works beside the sending. */
export const webhooksOf = (notify: Notify) => {
  const { ground, logger } = notify;
  const urls = new UrlRules({ OUTGOING_ALLOW_HTTP: true, OUTGOING_ALLOW_NETWORKS: [networkOf('127.0.0.0/8')] });
  const desk = new WebhookDesk(ground, urls);
  const deliveries = new DeliveriesQuery(ground);
  return {
    desk,
    tests: new WebhookTest(ground, desk),
    create: (tenantId: string, { mailboxId, ...webhook }: Given) =>
      desk.create({ mailboxId, webhook: newWebhook.parse({ name: 'CRM', ...webhook }) }, adminOf(tenantId)),
    /** What was planned for it, newest first. */
    deliveriesTo: async (tenantId: string, recipient: string) =>
      (await deliveries.page(tenantId, { channel: 'webhook', recipient, limit: 200 })).items,
    startUpkeep: (onDue: () => void = () => undefined) =>
      startWebhooks({
        ...{ ground, logger, publisher: notifyPublisher('c1'), onDue },
      }),
  };
};
