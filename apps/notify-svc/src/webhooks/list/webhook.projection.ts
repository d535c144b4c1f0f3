import type { ChangeContext, RowChange } from '@aftertone/event-store';
import { webhookEndpoint } from '../../deliveries/chain.ts';
import { isHeld, isLive, type WebhookState } from '../webhook.ts';

export const webhookTable = 'webhook';
export const holdTable = 'endpoint_hold';

/** The row by which a webhook is listed and found, and the one that holds back what is planned for it. */
export const webhookRows = (after: WebhookState, { tenantId, id, version }: ChangeContext): RowChange[] => {
  const key = { tenant_id: tenantId, id };
  const hold = { tenant_id: tenantId, endpoint: webhookEndpoint(id) };
  if (!isLive(after)) {
    return [
      { table: webhookTable, op: 'delete', key },
      { table: holdTable, op: 'delete', key: hold },
    ];
  }
  const { mailboxId, settings, paused, previousUntil, holds, createdAt, updatedAt } = after;
  const row = {
    ...key,
    mailbox_id: mailboxId,
    name: settings.name,
    url: settings.url,
    events: settings.events,
    format: settings.format,
    enabled: settings.enabled,
    notice_to: settings.noticeTo,
    header_names: settings.headerNames,
    paused: paused && { at: paused.pausedAt, detail: paused.detail },
    previous_until: previousUntil,
    holds,
    created_at: createdAt,
    updated_at: updatedAt,
    version,
  };
  return [
    { table: webhookTable, op: 'upsert', row },
    isHeld(after) ? { table: holdTable, op: 'upsert', row: hold } : { table: holdTable, op: 'delete', key: hold },
  ];
};
