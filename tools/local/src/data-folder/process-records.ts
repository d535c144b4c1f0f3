import { rmSync } from 'node:fs';
import { isAlive, type ProcessIdentity, signal } from '../process/identity.ts';
import { killGroup } from '../process/program.ts';
import { waitFor } from '../process/wait.ts';
import { readJson, writeJson } from './json-file.ts';
import type { Layout } from './layout.ts';

/** A program that the supervisor started, with what is needed to end it without the supervisor. */
export interface ProcessRecord extends ProcessIdentity {
  name: string;
  stopSignal: NodeJS.Signals;
  graceMs: number;
}

/**
 * The programs of a data folder that may be running, on disk: whoever comes after a supervisor that was killed finds and
 * ends them. A record names the process exactly, so a process id that was given to somebody else is left alone.
 */
export class ProcessRecords {
  private readonly file: string;
  private records: ProcessRecord[];

  constructor(layout: Layout) {
    this.file = layout.processes;
    this.records = readJson<ProcessRecord[]>(this.file) ?? [];
  }

  add(record: ProcessRecord): void {
    this.records.push(record);
    writeJson(this.file, this.records);
  }

  remove(pid: number): void {
    this.records = this.records.filter((record) => record.pid !== pid);
    writeJson(this.file, this.records);
  }

  /** Ends all that still run, the latest first, and returns their names. */
  async endAll(): Promise<string[]> {
    const alive = this.records.filter(isAlive).reverse();
    for (const record of alive) {
      signal(record, record.stopSignal);
      await waitFor(`the end of ${record.name}`, () => !isAlive(record), { timeoutMs: record.graceMs }).catch(
        async () => {
          killGroup(record);
          await waitFor(`the end of ${record.name}`, () => !isAlive(record), { timeoutMs: 10_000 });
        },
      );
    }
    this.records = [];
    rmSync(this.file, { force: true });
    return alive.map(({ name }) => name);
  }
}
