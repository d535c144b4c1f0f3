import { Keeper, type Program, type Service } from '@aftertone/local';
import type { WatchedRecords } from './watched-records.ts';

/** As an orchestrator would that does not yet think of backing off: the faults come faster than it would forgive. */
const policy = { firstDelayMs: 500, longestDelayMs: 500, steadyAfterMs: 0 };

/** One process of a service. When it dies it is started again, until it is stopped. */
export class Replica {
  readonly service: Service;
  readonly name: string;
  readonly port: number;
  readonly #records: WatchedRecords;
  #program: Program;
  #keeper: Keeper | undefined;

  constructor(service: Service, port: number, program: Program, records: WatchedRecords) {
    this.service = service;
    this.name = program.name;
    this.port = port;
    this.#program = program;
    this.#records = records;
  }

  /** Resolves when it serves. */
  async start(): Promise<void> {
    this.#keeper = new Keeper(this.#program, { records: this.#records, say: () => undefined, policy });
    await this.#keeper.start();
  }

  /** Ends it in order, for good. */
  async stop(): Promise<void> {
    await this.#keeper?.stop();
    this.#keeper = undefined;
  }

  /** From its next start on its environment has these, too. */
  setEnvironment(env: Readonly<Record<string, string>>): void {
    this.#program = { ...this.#program, env: { ...this.#program.env, ...env } };
  }

  /** Whether the signal found a process. */
  signal(signal: NodeJS.Signals): boolean {
    const { pid } = this;
    if (pid === undefined) return false;
    process.kill(pid, signal);
    return true;
  }

  /** Undefined while it is down. */
  get pid(): number | undefined {
    return this.#records.pidOf(this.name);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async isReady(): Promise<boolean> {
    const ready = fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(2_000) });
    return ready.then(
      ({ ok }) => ok,
      () => false,
    );
  }
}
