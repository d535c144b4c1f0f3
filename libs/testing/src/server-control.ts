import type { Program, RunningProgram } from '@aftertone/local';
import { launchGuarded, type TestFolder } from './cleanup.ts';

/** A real server that one test owns and may break. Made by `startPostgres` and `startNats`. */
export class OwnServer {
  /** Address with credentials. */
  readonly url: string;
  private readonly program: Program;
  private readonly folder: TestFolder;
  private running: RunningProgram | undefined;

  constructor(program: Program, url: string, folder: TestFolder) {
    this.program = program;
    this.url = url;
    this.folder = folder;
  }

  /** Starts it, on the same port and with the same files as before; resolves when it serves. */
  async start(): Promise<void> {
    this.running = await launchGuarded(this.program);
  }

  /** Process id now; another one after the next `start`. */
  get pid(): number {
    if (this.running === undefined) throw new Error(`${this.program.name} was not started`);
    return this.running.identity.pid;
  }

  /** `kill -9`. Its files stay. */
  async kill(): Promise<void> {
    await this.running?.kill();
  }

  /** `kill -9` of its first process alone: its children find out by themselves. Resolves when it is gone for its parent, too. */
  async crash(): Promise<void> {
    process.kill(this.pid, 'SIGKILL');
    await this.running?.exited;
  }

  /** Orderly end. Its files stay. */
  async stop(): Promise<void> {
    await this.running?.stop();
  }

  /** Ends it if it still runs, and removes its files unless their folder was given. */
  async remove(): Promise<void> {
    await this.kill();
    this.folder.remove();
  }
}
