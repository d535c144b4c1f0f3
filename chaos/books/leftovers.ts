import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { Installation } from '../installation/installation.ts';
import { type Finding, finding } from './finding.ts';

/** Nothing stays that belongs to nobody: recordings, files, unfinished uploads, dead letters. */
export async function checkLeftovers(installation: Installation, poison: ReadonlySet<string>): Promise<Finding[]> {
  const media = await rows<{ id: string; sha256: string }>(installation, 'media', 'SELECT id, sha256 FROM media');
  const played = await rows<{ id: string }>(
    installation,
    'mailbox',
    `SELECT DISTINCT content ->> 'mediaId' AS id FROM message WHERE content ->> 'mediaId' IS NOT NULL`,
  );
  const letters = (await deadLetters(installation)).filter(({ eventId }) => !poison.has(eventId));
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
    ...finding(
      'recordings still in a spool',
      (await rows<{ id: string }>(installation, 'media', 'SELECT id FROM spooled_media')).map(({ id }) => id),
      true,
    ),
    ...finding(
      'files still in a spool',
      installation.spools.flatMap(filesBelow).filter((name) => name !== REPLICA_NAME),
      true,
    ),
    ...finding('unfinished uploads', filesBelow(join(installation.layout.media, 'unfinished')), true),
    ...finding(
      'dead letters',
      letters.map(({ id, consumer, reason }) => `${id} ${consumer}: ${reason}`),
    ),
  ];
}

/** In which a spool says whose it is. */
const REPLICA_NAME = 'replica';

const WITH_CONSUMERS = ['mailbox', 'media', 'notify'] as const;

export interface Letter {
  id: string;
  consumer: string;
  eventId: string;
  reason: string;
}

/** Events that consumers of any service gave up, and that were not handled since. */
export async function deadLetters(installation: Installation): Promise<Letter[]> {
  const statement = `SELECT id, consumer, event_id AS "eventId", reason FROM dead_letter WHERE state <> 'replayed'`;
  const letters = await Promise.all(WITH_CONSUMERS.map((service) => rows<Letter>(installation, service, statement)));
  return letters.flat();
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
  !existsSync(folder)
    ? []
    : readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => name);
