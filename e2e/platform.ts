import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { guard, identify } from '@aftertone/local';
import { freePort, temporaryFolder } from '@aftertone/testing';
import { Client } from './client.ts';

const workspace = fileURLToPath(new URL('..', import.meta.url));
const supervisor = join(workspace, 'tools/local/src/main.ts');

/** `demo.json`, as `npm start` writes it. */
export interface Demo {
  url: string;
  natsUrl: string;
  tenantId: string;
  adminToken: string;
  users: { id: string; username: string; password: string; token: string }[];
  mailboxId: string;
  mailUrl: string;
}

export interface CaughtMail {
  id: string;
  from: string;
  to: string[] | string;
  subject: string;
  text: string;
  html: string;
  attachments: { filename: string; contentType: string; size: number }[];
}

export const SERVICES = ['mailbox-svc', 'media-svc', 'notify-svc', 'gateway'];

interface Started {
  options: readonly string[];
  environment: NodeJS.ProcessEnv;
}

/** A whole installation, started as `npm start` starts it, in a folder of its own. */
export class Platform {
  readonly dataDir: string;
  readonly port: number;
  readonly #remove: () => Promise<void>;
  readonly #options: readonly string[];
  readonly #environment: NodeJS.ProcessEnv;
  #process: ChildProcess | undefined;
  #output = '';

  private constructor(folder: { path: string; remove(): void }, port: number, { options, environment }: Started) {
    this.dataDir = folder.path;
    this.port = port;
    this.#remove = async () => folder.remove();
    this.#options = options;
    this.#environment = environment;
  }

  /** `options`: of `npm start`, in addition. `environment`: of its services, in addition. */
  static async start(options: readonly string[] = [], environment: NodeJS.ProcessEnv = {}): Promise<Platform> {
    const folder = temporaryFolder('aftertone-e2e-');
    const platform = new Platform(folder, await freePort(), { options, environment });
    await platform.up();
    return platform;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get demo(): Demo {
    return JSON.parse(readFileSync(join(this.dataDir, 'demo.json'), 'utf8')) as Demo;
  }

  get admin(): Client {
    return new Client(this.url, this.demo.adminToken);
  }

  /** A demo user, by name. */
  as(username: string): Client {
    const user = this.demo.users.find((one) => one.username === username);
    if (!user) throw new Error(`the demo has no user ${username}`);
    return new Client(this.url, user.token);
  }

  /** Starts it (again) and waits for its last line. */
  up(): Promise<void> {
    this.#output = '';
    const child = spawn(
      process.execPath,
      // Everything is built before the tests run. Builds of several at once would take files away from what is starting.
      [supervisor, 'start', '--no-build', '--port', String(this.port), '--data-dir', this.dataDir, ...this.#options],
      {
        cwd: workspace,
        env: { ...process.env, ...this.#environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    this.#process = child;
    const identity = child.pid === undefined ? undefined : identify(child.pid);
    // Should the test run be killed, the installation still ends in order.
    if (identity !== undefined) guard({ watch: identity, stopSignal: 'SIGTERM' });
    return new Promise((resolve, reject) => {
      const take = (chunk: Buffer): void => {
        this.#output += chunk.toString();
        if (this.#output.includes('Aftertone is ready: ')) resolve();
      };
      child.stdout.on('data', take);
      child.stderr.on('data', take);
      child.once('exit', (code) => reject(new Error(`npm start ended with ${code}:\n${this.#output}`)));
    });
  }

  /** Ends it as Ctrl-C would; resolves with the exit code. */
  async down(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const child = this.#process;
    if (!child || child.exitCode !== null) return child?.exitCode ?? null;
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.kill(signal);
    return ended;
  }

  async remove(): Promise<void> {
    await this.down();
    await this.#remove();
  }

  /** Pids of the running programs of these names. */
  pids(names: readonly string[]): number[] {
    const records = JSON.parse(readFileSync(join(this.dataDir, 'processes.json'), 'utf8')) as {
      name: string;
      pid: number;
    }[];
    return records.filter(({ name }) => names.includes(name)).map(({ pid }) => pid);
  }

  signal(names: readonly string[], signal: NodeJS.Signals): void {
    for (const pid of this.pids(names)) process.kill(pid, signal);
  }

  /** Whether every service says that it can serve. */
  async isReady(): Promise<boolean> {
    const ports = JSON.parse(readFileSync(join(this.dataDir, 'ports.json'), 'utf8')) as Record<string, number>;
    const all = [this.port, ports.mailbox, ports.media, ports.notify];
    const answers = await Promise.all(
      all.map((port) =>
        fetch(`http://127.0.0.1:${port}/readyz`).then(
          (response) => response.ok,
          () => false,
        ),
      ),
    );
    return answers.every(Boolean);
  }

  /** `cell`: one beside the first. */
  databaseUrl(service: 'mailbox' | 'media' | 'notify' | 'gateway', cell?: string): string {
    const { databases } = this.#read<{ databases: Record<string, string> }>('secrets.json');
    const { postgres } = this.#read<{ postgres: number }>('ports.json');
    const name = cell === undefined ? service : `${service}_${cell}`;
    return `postgres://${name}:${databases[service]}@127.0.0.1:${postgres}/${name}`;
  }

  /** Of a user who may do everything on the bus of a cell; that of the first, unless told. */
  natsUrl(cell?: string): string {
    const { bus } = this.#read<{ bus: Record<string, string> }>('secrets.json');
    const { nats } = this.#read<{ nats: number }>(cell === undefined ? 'ports.json' : `cells/${cell}/ports.json`);
    return `nats://admin:${bus.admin}@127.0.0.1:${nats}`;
  }

  #read<T>(name: string): T {
    return JSON.parse(readFileSync(join(this.dataDir, name), 'utf8')) as T;
  }

  async mails(): Promise<CaughtMail[]> {
    const list = (await (await fetch(`${this.demo.mailUrl}/api/messages`)).json()) as CaughtMail[];
    return list;
  }
}
