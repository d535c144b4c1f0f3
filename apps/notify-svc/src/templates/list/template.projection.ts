import type { ChangeContext, RowChange } from '@aftertone/event-store';
import type { TemplateState } from '../template.ts';

export const templateTable = 'template';

/** The row by which a template is listed and found. */
export const templateRows = (after: TemplateState, { tenantId, version }: ChangeContext): RowChange[] => {
  if (after.status === 'absent') return [];
  const key = { tenant_id: tenantId, kind: after.kind, language: after.language };
  if (after.status === 'removed') return [{ table: templateTable, op: 'delete', key }];
  const { content, warnings, setAt } = after;
  const row = { ...key, ...content, warnings, updated_at: setAt, version };
  return [{ table: templateTable, op: 'upsert', row }];
};
