import type { Webhook } from '@aftertone/contracts';
import { EntitySchema } from 'typeorm';
import { webhookTable } from './webhook.projection.ts';

/** A webhook as it is read. */
export interface WebhookRow
  extends Pick<Webhook, 'id' | 'mailboxId' | 'name' | 'url' | 'events' | 'format' | 'enabled' | 'noticeTo' | 'paused'> {
  tenantId: string;
  headerNames: string[];
  previousUntil: Date | null;
  createdAt: Date;
  updatedAt: Date;
  version: number;
}

export const WebhookRow = new EntitySchema<WebhookRow>({
  name: 'WebhookRow',
  tableName: webhookTable,
  columns: {
    tenantId: { name: 'tenant_id', type: 'uuid', primary: true },
    id: { type: 'uuid', primary: true },
    mailboxId: { name: 'mailbox_id', type: 'uuid', nullable: true },
    name: { type: 'text' },
    url: { type: 'text' },
    events: { type: 'text', array: true },
    format: { type: 'text' },
    enabled: { type: 'boolean' },
    noticeTo: { name: 'notice_to', type: 'text', nullable: true },
    headerNames: { name: 'header_names', type: 'text', array: true },
    paused: { type: 'jsonb', nullable: true },
    previousUntil: { name: 'previous_until', type: 'timestamptz', nullable: true },
    createdAt: { name: 'created_at', type: 'timestamptz' },
    updatedAt: { name: 'updated_at', type: 'timestamptz' },
    version: { type: 'integer' },
  },
});
