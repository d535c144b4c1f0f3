import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readJson } from '../data-folder/json-file.ts';
import { type Layout, layoutOf } from '../data-folder/layout.ts';
import type { Ports } from '../data-folder/ports.ts';
import type { ProcessRecord } from '../data-folder/process-records.ts';
import { guard } from '../process/guard.ts';
import { identify, isAlive } from '../process/identity.ts';
import { freePort } from '../process/ports.ts';
import { waitFor } from '../process/wait.ts';
import { stopAll } from './stop.ts';

/** What stands in for a service: serves its environment at `/env`, ends itself at `/die`, is ready at once. */
const SERVICE = `
const { createServer } = require('node:http');
const server = createServer((request, response) => {
  if (request.url === '/die') { console.log('my last words'); process.exit(7); }
  response.end(request.url === '/env' ? JSON.stringify(process.env) : 'ready');
});
server.listen(Number(process.env.PORT), process.env.HOST);
process.on('SIGTERM', () => process.exit(0));
`;

/** A supervisor in a process of its own, with real servers and stand-ins for the services. */
export interface Supervised {
  child: ChildProcess;
  /** All that it printed so far. */
  output(): string;
  exited: Promise<number | null>;
}

/** An installation in a folder of its own. */
export class Installation {
  readonly folder = mkdtempSync(join(tmpdir(), 'aftertone-supervisor-'));
  readonly layout: Layout = layoutOf(join(this.folder, 'data'));
  readonly port: number;
  /** What supervisors find in their environment in addition. */
  readonly environment: Record<string, string> = {};

  private constructor(port: number) {
    this.port = port;
    guard({ watchFolder: this.folder });
    // What was fetched for the checkout need not be fetched again.
    const cache = sourceOf('../../../../.cache');
    mkdirSync(cache, { recursive: true });
    symlinkSync(cache, join(this.folder, '.cache'));
    for (const app of ['mailbox-svc', 'media-svc', 'notify-svc', 'gateway']) {
      mkdirSync(join(this.folder, 'apps', app, 'dist'), { recursive: true });
      writeFileSync(join(this.folder, 'apps', app, 'dist', 'main.js'), SERVICE);
    }
  }

  static async create(): Promise<Installation> {
    return new Installation(await freePort());
  }

  /** Starts a supervisor; it says `Aftertone is ready: …` or fails. */
  start(port = this.port): Supervised {
    const script = `
      import { readSettings } from ${JSON.stringify(sourceOf('./settings.ts'))};
      import { superviseUntilStopped } from ${JSON.stringify(sourceOf('./start.ts'))};
      const stop = new AbortController();
      for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => stop.abort(new Error('interrupted')));
      await superviseUntilStopped({
        workspace: ${JSON.stringify(this.folder)},
        settings: readSettings(['--port', '${port}', '--data-dir', ${JSON.stringify(this.layout.root)}, '--no-demo'], process.env),
        build: async () => undefined,
        say: (line) => console.log(line),
        stop: stop.signal,
        onReady: () => undefined,
      }).catch((error) => { console.log('failed: ' + error.message); process.exitCode = 1; });
      process.exit();`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...this.environment },
    });
    const identity = identify(child.pid ?? 0);
    if (identity !== undefined) guard({ watch: identity, stopSignal: 'SIGTERM' });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString('utf8');
      });
    }
    const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
    return { child, output: () => output, exited };
  }

  /** Starts a supervisor and waits until it is ready. */
  async startReady(): Promise<Supervised> {
    const supervised = this.start();
    await this.untilSaid(supervised, 'Aftertone is ready');
    return supervised;
  }

  async untilSaid(supervised: Supervised, text: string): Promise<void> {
    const ended = supervised.exited.then((code) => {
      throw new Error(`the supervisor ended with ${code}:\n${supervised.output()}`);
    });
    const said = waitFor(text, () => supervised.output().includes(text), { timeoutMs: 60_000 }).catch(() => {
      throw new Error(`"${text}" was not said:\n${supervised.output()}`);
    });
    await Promise.race([said, ended]);
  }

  get records(): ProcessRecord[] {
    return readJson<ProcessRecord[]>(this.layout.processes) ?? [];
  }

  get ports(): Ports | undefined {
    return readJson<Ports>(this.layout.ports);
  }

  get alive(): string[] {
    return this.records.filter(isAlive).map(({ name }) => name);
  }

  hasLock(): boolean {
    return existsSync(this.layout.lock);
  }

  /** Ends whatever a test left running, and removes the folder. */
  async remove(): Promise<void> {
    await stopAll(this.layout.root, () => undefined);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    guard({ forgetFolder: this.folder });
  }
}

/** Path of a file of the checkout, seen from this folder. */
export function sourceOf(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
