import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Installation } from '../installation/installation.ts';
import { type Finding, finding } from './finding.ts';
import { rows } from './rows.ts';

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

/** Their names. */
export const filesBelow = (folder: string): string[] =>
  !existsSync(folder)
    ? []
    : readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => name);
