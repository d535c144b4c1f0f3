import { guard, type ProcessIdentity, type ProcessRecord, ProcessRecords } from '@aftertone/local';

/** The programs that run now, by their names. Should this process be killed, they end with it. */
export class WatchedRecords extends ProcessRecords {
  readonly #running = new Map<string, ProcessIdentity>();

  override add(record: ProcessRecord): void {
    super.add(record);
    guard({ watch: record });
    this.#running.set(record.name, record);
  }

  override remove(pid: number): void {
    super.remove(pid);
    guard({ forget: pid });
    for (const [name, identity] of this.#running) if (identity.pid === pid) this.#running.delete(name);
  }

  /** Undefined while it is down. */
  pidOf(name: string): number | undefined {
    return this.#running.get(name)?.pid;
  }
}
