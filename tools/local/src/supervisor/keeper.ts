import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessRecords } from '../data-folder/process-records.ts';
import { tailOf } from '../process/log-tail.ts';
import { describeExit, launch, type Program, type RunningProgram, untilReady } from '../process/program.ts';

/** How a program that dies is started again. */
export interface RestartPolicy {
  firstDelayMs: number;
  longestDelayMs: number;
  /** A program that lived this long had no trouble: the delay starts small again. */
  steadyAfterMs: number;
}

export const DEFAULT_POLICY: RestartPolicy = { firstDelayMs: 500, longestDelayMs: 30_000, steadyAfterMs: 60_000 };

export interface KeeperOptions {
  records: ProcessRecords;
  say: (line: string) => void;
  policy?: RestartPolicy;
}

/** Keeps one program running: starts it, reports its death with its last log lines, starts it again. */
export class Keeper {
  private readonly program: Program;
  private readonly options: KeeperOptions;
  private readonly policy: RestartPolicy;
  private readonly stopping = new AbortController();
  private readonly stopped: Promise<undefined>;
  private running: RunningProgram | undefined;
  private work: Promise<unknown> | undefined;

  constructor(program: Program, options: KeeperOptions) {
    this.program = program;
    this.options = options;
    this.policy = options.policy ?? DEFAULT_POLICY;
    this.stopped = new Promise((resolve) => {
      this.stopping.signal.addEventListener('abort', () => resolve(undefined), { once: true });
    });
  }

  /** Starts the program for the first time. Throws `ProgramFailed` when it does not come up; then it is not kept. */
  async start(): Promise<void> {
    const first = this.bringUp();
    this.work = first.catch(() => undefined);
    this.work = this.watch(await first);
  }

  /** Ends the program for good, in whatever state it is. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.work;
    await this.running?.stop();
  }

  private async bringUp(): Promise<RunningProgram> {
    const running = await launch(this.program);
    this.running = running;
    const { stopSignal, graceMs, name } = this.program;
    this.options.records.add({ ...running.identity, name, stopSignal, graceMs });
    void running.exited.then(() => this.options.records.remove(running.identity.pid));
    try {
      await untilReady(running, this.stopping.signal);
    } catch (error) {
      // When we are told to stop meanwhile, `stop` ends it in order.
      if (!this.stopping.signal.aborted) await running.kill();
      throw error;
    }
    return running;
  }

  private async watch(first: RunningProgram): Promise<void> {
    const { firstDelayMs, longestDelayMs, steadyAfterMs } = this.policy;
    let running: RunningProgram | undefined = first;
    let delayMs = firstDelayMs;
    for (;;) {
      const since = performance.now();
      if (running !== undefined) {
        const exit = await Promise.race([running.exited, this.stopped]);
        if (exit === undefined || this.stopping.signal.aborted) return;
        const tail = tailOf(this.program.logFile);
        this.options.say(
          `${this.program.name} ended unexpectedly (${describeExit(exit)}). Its last log lines:\n${tail}`,
        );
      }
      if (performance.now() - since >= steadyAfterMs) delayMs = firstDelayMs;
      this.options.say(`Starting ${this.program.name} again in ${delayMs / 1000} s`);
      await delay(delayMs, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      if (this.stopping.signal.aborted) return;
      delayMs = Math.min(delayMs * 2, longestDelayMs);
      running = await this.tryAgain();
      if (this.stopping.signal.aborted) return;
    }
  }

  private async tryAgain(): Promise<RunningProgram | undefined> {
    try {
      const running = await this.bringUp();
      this.options.say(`${this.program.name} runs again`);
      return running;
    } catch (error) {
      if (!this.stopping.signal.aborted) this.options.say(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }
}
