import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Installation } from '../installation/installation.ts';
import { type Finding, finding } from './finding.ts';
import { rows } from './rows.ts';

/** In which a spool says whose it is. */
const REPLICA_NAME = 'replica';

/** Nothing waits for the storage any more, by the database and on the disks; what no recording needs is none of it. */
export async function checkMoved(installation: Installation): Promise<Finding[]> {
  const recorded = await recordings(installation);
  return stillThere(
    installation,
    spooledFiles(installation).filter((name) => recorded.has(name)),
  );
}

/** Nothing is left in them, of uploads that were cut off neither. */
export const checkEmpty = (installation: Installation): Promise<Finding[]> =>
  stillThere(installation, spooledFiles(installation));

async function stillThere(installation: Installation, files: readonly string[]): Promise<Finding[]> {
  const spooled = await rows<{ id: string }>(installation, 'media', 'SELECT id FROM spooled_media');
  return [
    ...finding(
      'recordings still in a spool',
      spooled.map(({ id }) => id),
      true,
    ),
    ...finding('files still in a spool', files, true),
  ];
}

const spooledFiles = ({ spools }: Installation): string[] =>
  spools.flatMap(filesBelow).filter((name) => name !== REPLICA_NAME);

/** Names of the files of all recordings. */
async function recordings(installation: Installation): Promise<Set<string>> {
  const media = await rows<{ name: string }>(installation, 'media', `SELECT id || '.' || sha256 AS name FROM media`);
  return new Set(media.map(({ name }) => name));
}

/** By what the disks that are there say of themselves. */
export const replicasOf = ({ spools }: Installation): string[] =>
  spools.map((spool) => readFileSync(join(spool, REPLICA_NAME), 'utf8').trim());

/** Their names. */
export const filesBelow = (folder: string): string[] =>
  !existsSync(folder)
    ? []
    : readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => name);
