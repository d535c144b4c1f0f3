import type { TenantReads } from '@aftertone/event-store';
import type { PromptAudio, PromptName } from '../prompt.ts';
import { promptTable } from './prompt.projection.ts';

/** A prompt as its tenant replaced it. */
export interface ReplacedPrompt extends PromptAudio {
  key: string;
  replacedAt: Date;
  version: number;
}

const columns = `p.key, p.media_id AS "mediaId", p.content_type AS "contentType", p.duration_ms AS "durationMs", p.bytes,
  p.sha256, p.replaced_at AS "replacedAt", p.version`;

const one = {
  name: 'prompt',
  text: `SELECT ${columns} FROM ${promptTable} p WHERE p.tenant_id = $1 AND p.language = $2 AND p.key = $3`,
};

/** Never more than there are clips. */
const ofLanguage = {
  name: 'prompts',
  text: `SELECT ${columns} FROM ${promptTable} p WHERE p.tenant_id = $1 AND p.language = $2`,
};

/** Undefined where the built-in clip is heard. */
export const findReplaced = async (
  reads: TenantReads,
  tenantId: string,
  { language, key }: PromptName,
): Promise<ReplacedPrompt | undefined> =>
  (await reads.rows<ReplacedPrompt>(one, tenantId, [tenantId, language, key])).at(0);

/** By key. */
export const replacedIn = async (
  reads: TenantReads,
  tenantId: string,
  language: string,
): Promise<ReadonlyMap<string, ReplacedPrompt>> => {
  const rows = await reads.rows<ReplacedPrompt>(ofLanguage, tenantId, [tenantId, language]);
  return new Map(rows.map((row) => [row.key, row]));
};
