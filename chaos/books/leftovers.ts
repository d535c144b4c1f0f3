import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Installation } from '../installation/installation.ts';
import { type Finding, finding, lost } from './finding.ts';
import { rows } from './rows.ts';
import { staleRows } from './stale-rows.ts';

/** Nothing stays that belongs to nobody: recordings, files, unfinished uploads, rows, dead letters. */
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
  const recorded = media.map(({ id }) => id);
  const playable = new Set(played.map(({ id }) => id));
  return [
    ...finding(
      'recordings that no message plays',
      recorded.filter((id) => !playable.has(id)),
      true,
    ),
    ...lost('messages without their recording', without(playable, recorded)),
    ...finding(
      'files of no recording',
      files.filter((file) => !named.has(file)),
      true,
    ),
    ...lost('recordings without their file', without(named, files)),
    ...(await checkSpools(installation)),
    ...finding('unfinished uploads', filesBelow(join(installation.layout.media, 'unfinished')), true),
    ...lost(
      'dead letters',
      letters.map(({ id, consumer, reason }) => `${id} ${consumer}: ${reason}`),
    ),
    ...(await staleRows(installation)),
  ];
}

/** In which a spool says whose it is. */
const REPLICA_NAME = 'replica';

/** Nothing waits for the storage any more, by the database and on the disks. */
export async function checkSpools(installation: Installation): Promise<Finding[]> {
  const spooled = await rows<{ id: string }>(installation, 'media', 'SELECT id FROM spooled_media');
  return [
    ...finding(
      'recordings still in a spool',
      spooled.map(({ id }) => id),
      true,
    ),
    ...finding(
      'files still in a spool',
      installation.spools.flatMap(filesBelow).filter((name) => name !== REPLICA_NAME),
      true,
    ),
  ];
}

/** By what the disks that are there say of themselves. */
export const replicasOf = ({ spools }: Installation): string[] =>
  spools.map((spool) => readFileSync(join(spool, REPLICA_NAME), 'utf8').trim());

const WITH_CONSUMERS = ['mailbox', 'media', 'notify'] as const;

export interface Letter {
  id: string;
  consumer: string;
  eventId: string;
  eventType: string;
  reason: string;
}

/** Events that consumers of any service gave up, and that were not handled since. */
export async function deadLetters(installation: Installation): Promise<Letter[]> {
  const statement = `SELECT id, consumer, event_id AS "eventId", event_type AS "eventType", reason FROM dead_letter WHERE state <> 'replayed'`;
  const letters = await Promise.all(WITH_CONSUMERS.map((service) => rows<Letter>(installation, service, statement)));
  return letters.flat();
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
