import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { Installation } from '../installation/installation.ts';
import { type Finding, finding } from './finding.ts';

/** Nothing stays that belongs to nobody: recordings, files, unfinished uploads, dead letters. */
export async function checkLeftovers(installation: Installation): Promise<Finding[]> {
  const media = await rows<{ id: string; sha256: string }>(installation, 'media', 'SELECT id, sha256 FROM media');
  const played = await rows<{ id: string }>(
    installation,
    'mailbox',
    `SELECT DISTINCT content ->> 'mediaId' AS id FROM message WHERE content ->> 'mediaId' IS NOT NULL`,
  );
  const letters = await Promise.all(SERVICES_WITH_LETTERS.map((service) => deadLetters(installation, service)));
  const files = filesBelow(join(installation.layout.media, 'blobs'));
  const named = new Set(media.map(({ id, sha256 }) => `${id}.${sha256}`));
  const playable = new Set(played.map(({ id }) => id));
  return [
    ...finding(
      'recordings that no message plays',
      media.map(({ id }) => id).filter((id) => !playable.has(id)),
      true,
    ),
    ...finding(
      'messages without their recording',
      without(
        playable,
        media.map(({ id }) => id),
      ),
    ),
    ...finding(
      'files of no recording',
      files.filter((file) => !named.has(file)),
      true,
    ),
    ...finding('recordings without their file', without(named, files)),
    ...finding('unfinished uploads', filesBelow(join(installation.layout.media, 'unfinished')), true),
    ...finding('dead letters', letters.flat()),
  ];
}

const SERVICES_WITH_LETTERS = ['mailbox', 'media', 'notify'] as const;

/** Consumers' events that were given up: `consumer type reason`. */
export async function deadLetters(installation: Installation, service: string): Promise<string[]> {
  const letters = await rows<{ name: string }>(
    installation,
    service,
    `SELECT concat_ws(' ', id, consumer, event_type, reason) AS name FROM dead_letter WHERE state <> 'replayed'`,
  );
  return letters.map(({ name }) => name);
}

export async function rows<Row extends pg.QueryResultRow>(
  { servers }: Installation,
  database: string,
  statement: string,
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: servers.superuser(database) });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}

const without = (wanted: ReadonlySet<string>, there: readonly string[]): string[] => {
  const present = new Set(there);
  return [...wanted].filter((one) => !present.has(one));
};

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
