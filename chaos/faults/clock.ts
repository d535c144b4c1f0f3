import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Installation } from '../installation/installation.ts';
import type { Replica } from '../installation/replica.ts';

const LIBRARIES = [
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1',
];
const library = LIBRARIES.find((path) => existsSync(path));

/** Why clocks cannot be set here; undefined when they can. */
export const missingClocks = (): string | undefined =>
  library === undefined ? 'libfaketime is not installed (Debian: libfaketime)' : undefined;

/** The clocks of the services, each to be set by itself. What Node measures time spans with goes on as it is. */
export class Clocks {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Starts every service again, under a clock of its own that is so many seconds off. */
  static async give({ replicas, layout }: Installation, seconds: number): Promise<Clocks> {
    const clocks = new Clocks(layout.root);
    for (const replica of replicas) {
      clocks.set(replica, seconds);
      await replica.stop();
      replica.setEnvironment({
        LD_PRELOAD: library ?? '',
        FAKETIME_TIMESTAMP_FILE: clocks.#fileOf(replica),
        FAKETIME_NO_CACHE: '1',
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
      });
      await replica.start();
    }
    return clocks;
  }

  /** From now on it is so many seconds off. */
  set(replica: Replica, seconds: number): void {
    writeFileSync(this.#fileOf(replica), `${seconds < 0 ? '' : '+'}${seconds}\n`);
  }

  #fileOf({ name }: Replica): string {
    return join(this.#folder, `${name}.clock`);
  }
}
