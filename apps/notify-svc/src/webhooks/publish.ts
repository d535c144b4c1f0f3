import { contractEvents, type EventData, notificationPath } from '@aftertone/contracts';
import type { Publication } from '@aftertone/event-store';
import type { WebhookEvent } from './webhook.ts';

/** What others hear of a webhook: that it was paused and resumed. */
export const publishWebhook = (event: WebhookEvent, webhookId: string): Publication[] => {
  switch (event.type) {
    case 'WebhookPaused': {
      const { failures, since, detail } = event.data;
      const data: EventData<'webhook_paused'> = { webhookId, failures, since, detail };
      return [{ type: contractEvents.webhookPaused.type, path: notificationPath(webhookId, 'webhook_paused'), data }];
    }
    case 'WebhookResumed': {
      const { missed = null } = event.data;
      const data: EventData<'webhook_resumed'> = { webhookId, missed };
      const { type } = contractEvents.webhookResumed;
      return [{ type, path: notificationPath(webhookId, 'webhook_resumed'), data }];
    }
    case 'WebhookCreated':
    case 'WebhookChanged':
    case 'WebhookSecretRotated':
    case 'WebhookDeleted':
      return [];
  }
};
