import type { TenantReads } from '@aftertone/event-store';
import { type Home, holdersOf } from '../../media/catalogue/home.ts';
import { storageOf } from '../../media/catalogue/home-sql.ts';
import { mediaTable } from '../../media/catalogue/media.projection.ts';
import type { OwnAudio } from '../prompt.ts';
import { promptAggregateType, promptId } from '../prompt-id.ts';
import { promptTable } from './prompt.projection.ts';

/** The tenant's recording of a clip, and where its bytes are; null: the catalogue has no such recording any more. */
export interface KeptAudio extends OwnAudio {
  home: Home | null;
}

/** A clip that its tenant has ever changed. */
export interface TenantPrompt {
  version: number;
  /** Null: the built-in clip is heard again. */
  own: KeptAudio | null;
}

type Row = { streamId: string; version: number } & (
  | { mediaId: null }
  | (OwnAudio & { isThere: boolean; storage: string; heldBy: string[] | null })
);

/** The version is the stream's own: a clip that was reset has no row. Never more than there are clips. */
const prompts = {
  name: 'prompts',
  text: `SELECT s.stream_id AS "streamId", s.version, p.media_id AS "mediaId", p.content_type AS "contentType",
      p.duration_ms AS "durationMs", p.bytes, p.sha256, p.replaced_at AS "replacedAt",
      m.id IS NOT NULL AS "isThere", ${storageOf('m')} AS storage, ${holdersOf('m')} AS "heldBy"
    FROM stream s
    LEFT JOIN ${promptTable} p ON p.tenant_id = s.tenant_id AND p.language = $2
      AND s.stream_id = $4 || p.language || '-' || p.key
    LEFT JOIN ${mediaTable} m ON m.tenant_id = p.tenant_id AND m.id = p.media_id
    WHERE s.tenant_id = $1 AND s.stream_id = ANY($3)`,
};

const promptOf = (row: Row): TenantPrompt => {
  const { version } = row;
  if (row.mediaId === null) return { version, own: null };
  const { mediaId, contentType, durationMs, bytes, sha256, replacedAt, isThere, storage, heldBy } = row;
  const home = isThere ? { storage, heldBy } : null;
  return { version, own: { mediaId, contentType, durationMs, bytes, sha256, replacedAt, home } };
};

/** What a tenant has made of these clips of a language, by key; those that it never changed are not among them. */
export const findPrompts = async (
  reads: TenantReads,
  tenantId: string,
  { language, keys }: { language: string; keys: readonly string[] },
): Promise<ReadonlyMap<string, TenantPrompt>> => {
  const stream = `${promptAggregateType}-`;
  const keyOf = new Map(keys.map((key) => [`${stream}${promptId({ language, key })}`, key]));
  const rows = await reads.rows<Row>(prompts, tenantId, [tenantId, language, [...keyOf.keys()], stream]);
  return new Map(rows.map((row) => [keyOf.get(row.streamId) ?? '', promptOf(row)]));
};
