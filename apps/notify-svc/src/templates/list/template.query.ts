import { language, type Template, type TemplateKey, templateKind, type templateQueries } from '@aftertone/contracts';
import { asTenant, type Page, pageOf, readCursor } from '@aftertone/event-store';
import { z } from 'zod';
import type { Ground } from '../../ground/ground.ts';
import { TemplateRow } from './template.entity.ts';

type ListInput = z.output<typeof templateQueries.listTemplates.input>;

const listKey = z.tuple([templateKind, language]);

const publicTemplate = ({ tenantId: _, updatedAt, ...row }: TemplateRow): Template => ({
  ...row,
  updatedAt: updatedAt.toISOString(),
});

/** A tenant's own templates, read under row-level security. */
export class TemplateList {
  private readonly ground: Pick<Ground, 'reader'>;

  constructor(ground: Pick<Ground, 'reader'>) {
    this.ground = ground;
  }

  async page(tenantId: string, { kind, limit, cursor }: ListInput): Promise<Page<Template>> {
    const after = cursor === undefined ? null : readCursor(cursor, listKey);
    const rows = await asTenant(this.ground.reader, tenantId, (manager) => {
      const query = manager.createQueryBuilder(TemplateRow, 't').where('t.tenant_id = :tenantId', { tenantId });
      if (kind !== undefined) query.andWhere('t.kind = :kind', { kind });
      if (after !== null) {
        const [afterKind, afterLanguage] = after;
        query.andWhere('(t.kind, t.language) > (:afterKind, :afterLanguage)', { afterKind, afterLanguage });
      }
      return query
        .orderBy('t.kind')
        .addOrderBy('t.language')
        .limit(limit + 1)
        .getMany();
    });
    return pageOf(rows, limit, publicTemplate, (row) => [row.kind, row.language]);
  }

  async find(tenantId: string, { kind, language: spoken }: TemplateKey): Promise<Template | null> {
    const row = await asTenant(this.ground.reader, tenantId, (manager) =>
      manager.findOneBy(TemplateRow, { tenantId, kind, language: spoken }),
    );
    return row === null ? null : publicTemplate(row);
  }
}
