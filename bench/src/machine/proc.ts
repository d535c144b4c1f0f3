import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks of `/proc` are 10 ms on every Linux that Node runs on (USER_HZ is part of the kernel's ABI). */
const TICK_MS = 10;

export interface ProcessUse {
  pid: number;
  parent: number;
  /** Since its start, user and system, milliseconds. */
  cpuMs: number;
  /** The same of its children that have ended. */
  endedChildrenMs: number;
  /** Resident memory, bytes. */
  rss: number;
}

const PAGE_BYTES = 4_096;

/** What a process used until now; undefined when it is gone. Linux only. */
export const useOf = (pid: number): ProcessUse | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name is in parentheses and may hold blanks: count fields behind the last one.
    const field = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const at = (n: number): number => field[n - 3] ?? 0;
    return {
      pid,
      parent: at(4),
      cpuMs: TICK_MS * (at(14) + at(15)),
      endedChildrenMs: TICK_MS * (at(16) + at(17)),
      rss: PAGE_BYTES * at(24),
    };
  } catch {
    return undefined;
  }
};

/** All processes of the machine, as far as they may be seen. */
export const processes = (): ProcessUse[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => useOf(Number(name)) ?? []);

/** A process and all that descend from it. */
export const familyOf = (ancestor: number, all: readonly ProcessUse[]): ProcessUse[] => {
  const known = new Set([ancestor]);
  // Children have higher ids than their parents except where ids have begun anew: repeat until nobody joins.
  for (let size = 0; size < known.size; ) {
    size = known.size;
    for (const { pid, parent } of all) if (known.has(parent)) known.add(pid);
  }
  return all.filter(({ pid }) => known.has(pid));
};

/** Memory of a process, bytes: what it shares with others counts by its part (proportional set size). */
export const memoryOf = (pid: number): number => {
  try {
    return 1_024 * Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
};

/** Bytes that a process made the kernel write to storage. */
export const bytesWrittenBy = (pid: number): number => {
  try {
    return Number(/^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
};

/** Milliseconds in which cores of the machine were busy, since its start. */
export const busyMs = (): number => {
  const [, user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = readFileSync('/proc/stat', 'utf8')
    .split('\n', 1)
    .join()
    .split(/\s+/)
    .map(Number);
  return TICK_MS * (user + nice + system + irq + softirq);
};
