import { Keeper, type Program, type Service } from '@aftertone/local';
import type { WatchedRecords } from './watched-records.ts';

/** As an orchestrator would that does not yet think of backing off: the faults come faster than it would forgive. */
const policy = { firstDelayMs: 500, longestDelayMs: 500, steadyAfterMs: 0 };

export interface ReplicaOptions {
  service: Service;
  /** From 1. */
  n: number;
  port: number;
  /** The program as a checkout has it. */
  programIn(workspace: string): Program;
  records: WatchedRecords;
}

/** One process of a service. When it dies it is started again, until it is stopped. */
export class Replica {
  readonly service: Service;
  readonly n: number;
  readonly port: number;
  readonly #options: ReplicaOptions;
  #workspace: string;
  #environment: Readonly<Record<string, string>> = {};
  #keeper: Keeper | undefined;

  /** @param workspace the checkout whose program runs */
  constructor(options: ReplicaOptions, workspace: string) {
    this.service = options.service;
    this.n = options.n;
    this.port = options.port;
    this.#options = options;
    this.#workspace = workspace;
  }

  get name(): string {
    return this.#program.name;
  }

  /** Resolves when it serves. */
  async start(): Promise<void> {
    this.#keeper = new Keeper(this.#program, { records: this.#options.records, say: () => undefined, policy });
    await this.#keeper.start();
  }

  /** Ends it in order, for good. */
  async stop(): Promise<void> {
    await this.#keeper?.stop();
    this.#keeper = undefined;
  }

  /** From its next start on its environment has these, too. */
  setEnvironment(env: Readonly<Record<string, string>>): void {
    this.#environment = { ...this.#environment, ...env };
  }

  /** From its next start on it runs what another checkout has. */
  runFrom(workspace: string): void {
    this.#workspace = workspace;
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
    return this.#options.records.pidOf(this.name);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Whether it takes requests. */
  isReady(): Promise<boolean> {
    return this.#says('/readyz');
  }

  /** Whether its process lives, whatever it needs. */
  isAlive(): Promise<boolean> {
    return this.#says('/healthz');
  }

  #says(path: string): Promise<boolean> {
    const answer = fetch(`${this.url}${path}`, { signal: AbortSignal.timeout(2_000) });
    return answer.then(
      ({ ok }) => ok,
      () => false,
    );
  }

  get #program(): Program {
    const program = this.#options.programIn(this.#workspace);
    return { ...program, env: { ...program.env, ...this.#environment } };
  }
}
