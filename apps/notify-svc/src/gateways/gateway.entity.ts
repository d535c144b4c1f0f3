import { EntitySchema } from 'typeorm';
import { gatewayTable } from './gateway.aggregate.ts';
import type { FaxSettings, GatewayKind, SmsSettings } from './gateway.ts';

export interface GatewayRow {
  tenantId: string;
  kind: GatewayKind;
  settings: SmsSettings | FaxSettings;
  updatedAt: Date;
  version: number;
}

export const GatewayRow = new EntitySchema<GatewayRow>({
  name: 'GatewayRow',
  tableName: gatewayTable,
  columns: {
    tenantId: { name: 'tenant_id', type: 'uuid', primary: true },
    kind: { type: 'text', primary: true },
    settings: { type: 'jsonb' },
    updatedAt: { name: 'updated_at', type: 'timestamptz' },
    version: { type: 'integer' },
  },
});
