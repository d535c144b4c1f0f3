import { readFileSync } from 'node:fs';
import type { Installation } from '../installation/installation.ts';
import { bytesWrittenBy, familyOf, processes } from './proc.ts';

/** Of one part: milliseconds of CPU, bytes that went to storage (not of Postgres, see `cost/statements.ts`). */
export interface Use {
  cpuMs: number;
  written: number;
}

/** `postgres: mailbox mailbox 127.0.0.1(39140) idle` works for the database `mailbox`. */
const databaseOf = (pid: number): string | undefined => {
  try {
    const [, user, database] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split(/[\s\0]+/);
    return user !== undefined && user === database ? database : undefined;
  } catch {
    return undefined;
  }
};

/** What each part of the installation has used since its start. Linux only. */
export const usesOf = (installation: Installation): Map<string, Use> => {
  const all = processes();
  const uses = new Map<string, Use>();
  const add = (part: string, cpuMs: number, written: number): void => {
    const before = uses.get(part) ?? { cpuMs: 0, written: 0 };
    uses.set(part, { cpuMs: before.cpuMs + cpuMs, written: before.written + written });
  };
  for (const [name, root] of Object.entries(installation.processes())) {
    for (const { pid, cpuMs, endedChildrenMs } of familyOf(root, all)) {
      if (name !== 'postgres') {
        add(name, cpuMs + endedChildrenMs, bytesWrittenBy(pid));
        continue;
      }
      // Without ended sessions: all that they ever used would count as used when they end.
      add(`postgres: ${(pid === root ? undefined : databaseOf(pid)) ?? 'its own'}`, cpuMs, 0);
    }
  }
  return uses;
};

/** What was used in between; a part that began meanwhile counts from its start. */
export const between = (before: ReadonlyMap<string, Use>, after: ReadonlyMap<string, Use>): Map<string, Use> =>
  new Map(
    [...after].map(([part, { cpuMs, written }]) => {
      const was = before.get(part) ?? { cpuMs: 0, written: 0 };
      return [part, { cpuMs: Math.max(0, cpuMs - was.cpuMs), written: Math.max(0, written - was.written) }];
    }),
  );

export const totalMs = (uses: ReadonlyMap<string, Use>): number =>
  [...uses.values()].reduce((sum, { cpuMs }) => sum + cpuMs, 0);
