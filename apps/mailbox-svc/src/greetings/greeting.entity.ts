import type { GreetingActivation, GreetingKind, GreetingRecording } from '@aftertone/contracts';
import { EntitySchema } from 'typeorm';
import { greetingTable } from './greeting.projection.ts';

/** A greeting that was ever set, as it is read. */
export interface GreetingRow {
  tenantId: string;
  mailboxId: string;
  kind: GreetingKind;
  recording: GreetingRecording | null;
  activation: GreetingActivation | null;
  earlier: GreetingRecording[];
  updatedAt: Date;
  version: number;
}

export const GreetingRow = new EntitySchema<GreetingRow>({
  name: 'GreetingRow',
  tableName: greetingTable,
  columns: {
    tenantId: { name: 'tenant_id', type: 'uuid', primary: true },
    mailboxId: { name: 'mailbox_id', type: 'uuid', primary: true },
    kind: { type: 'text', primary: true },
    recording: { type: 'jsonb', nullable: true },
    activation: { type: 'jsonb', nullable: true },
    earlier: { type: 'jsonb' },
    updatedAt: { name: 'updated_at', type: 'timestamptz' },
    version: { type: 'int' },
  },
});
