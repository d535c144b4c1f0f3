import { join } from 'node:path';
import type { Field } from '../field.ts';
import { deadLetters } from './dead-letters.ts';
import { type Finding, finding, lost } from './finding.ts';
import { rows } from './rows.ts';
import { checkEmpty, filesBelow } from './spools.ts';
import { staleRows } from './stale-rows.ts';

/** Nothing stays that belongs to nobody: recordings, files, unfinished uploads, rows, dead letters. */
export async function checkLeftovers({ installation, poison, bucket }: Field): Promise<Finding[]> {
  const media = await rows<{ id: string; sha256: string }>(installation, 'media', 'SELECT id, sha256 FROM media');
  const played = await rows<{ id: string }>(
    installation,
    'mailbox',
    `SELECT DISTINCT content ->> 'mediaId' AS id FROM message WHERE content ->> 'mediaId' IS NOT NULL`,
  );
  const letters = (await deadLetters(installation)).filter(({ eventId }) => !poison.has(eventId));
  const files = [...filesBelow(join(installation.layout.media, 'blobs')), ...((await bucket?.recordings()) ?? [])];
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
    ...finding(
      'recordings in two storages',
      files.filter((file, n) => files.indexOf(file) !== n),
      true,
    ),
    ...(await checkEmpty(installation)),
    ...finding('unfinished uploads', filesBelow(join(installation.layout.media, 'unfinished')), true),
    ...lost(
      'dead letters',
      letters.map(({ id, consumer, reason }) => `${id} ${consumer}: ${reason}`),
    ),
    ...(await staleRows(installation)),
  ];
}

const without = (wanted: ReadonlySet<string>, there: readonly string[]): string[] => {
  const present = new Set(there);
  return [...wanted].filter((one) => !present.has(one));
};
