import type { TemplateKey } from '@aftertone/contracts';
import type { Pool } from 'pg';
import type { OwnTemplate } from './render-notice.ts';
import { baseOf, defaultLanguage, isBuiltInLanguage } from './words/index.ts';

/**
 * In which languages a tenant's own templates are looked for, best first: the reader's with its region, without it, and,
 * where Aftertone has no words in it either, English. After these comes the built-in one.
 */
export const languagesFor = (language: string): string[] => [
  ...new Set([language, baseOf(language), ...(isBuiltInLanguage(language) ? [] : [defaultLanguage])]),
];

/** A tenant's own templates for a notice, most specific first, as they are now. */
export const readTemplates = async (
  pool: Pool,
  tenantId: string,
  { kind, language }: TemplateKey,
): Promise<OwnTemplate[]> => {
  const { rows } = await pool.query<OwnTemplate>(
    `SELECT language, subject, text, html FROM template
     WHERE tenant_id = $1 AND kind = $2 AND language = ANY($3)
     ORDER BY array_position($3, language)`,
    [tenantId, kind, languagesFor(language)],
  );
  return rows;
};

interface Kept {
  until: number;
  templates: Promise<OwnTemplate[]>;
}

export interface KeepingOptions {
  /** How long a template that was changed meanwhile may still be used, milliseconds. */
  keepMs?: number;
  /** How many combinations of tenant, kind and language are kept. */
  most?: number;
}

/** Tenants' own templates for those who send, kept for a short while: a busy tenant has them read once in that time. */
export class TemplatesOf {
  private readonly pool: Pool;
  private readonly keepMs: number;
  private readonly most: number;
  private readonly kept = new Map<string, Kept>();

  constructor(pool: Pool, { keepMs = 5_000, most = 1_000 }: KeepingOptions = {}) {
    this.pool = pool;
    this.keepMs = keepMs;
    this.most = most;
  }

  /** For `renderNotice`. Rejects while the database does not answer. */
  find(tenantId: string, key: TemplateKey): Promise<OwnTemplate[]> {
    const name = `${tenantId}/${key.kind}/${key.language}`;
    const known = this.kept.get(name);
    if (known !== undefined && known.until > performance.now()) return known.templates;
    const templates = readTemplates(this.pool, tenantId, key);
    this.keep(name, { until: performance.now() + this.keepMs, templates });
    // What failed is asked for again next time.
    templates.catch(() => {
      if (this.kept.get(name)?.templates === templates) this.kept.delete(name);
    });
    return templates;
  }

  private keep(name: string, kept: Kept): void {
    this.kept.delete(name);
    this.kept.set(name, kept);
    if (this.kept.size <= this.most) return;
    const [oldest] = this.kept.keys();
    if (oldest !== undefined) this.kept.delete(oldest);
  }
}
