import type { Template } from '@aftertone/contracts';
import { EntitySchema } from 'typeorm';
import { templateTable } from './template.projection.ts';

/** A template as it is read. */
export interface TemplateRow extends Omit<Template, 'updatedAt'> {
  tenantId: string;
  updatedAt: Date;
}

export const TemplateRow = new EntitySchema<TemplateRow>({
  name: 'TemplateRow',
  tableName: templateTable,
  columns: {
    tenantId: { name: 'tenant_id', type: 'uuid', primary: true },
    kind: { type: 'text', primary: true },
    language: { type: 'text', primary: true },
    subject: { type: 'text', nullable: true },
    text: { type: 'text', nullable: true },
    html: { type: 'text', nullable: true },
    warnings: { type: 'jsonb' },
    updatedAt: { name: 'updated_at', type: 'timestamptz' },
    version: { type: 'integer' },
  },
});
