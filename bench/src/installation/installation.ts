import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { databaseUrl, freePort, natsAddress, superuserUrl, systemUser } from '@aftertone/local';

const workspace = fileURLToPath(new URL('../../..', import.meta.url));

export type Service = 'mailbox' | 'media' | 'notify' | 'gateway';

/** Connection strings. */
export interface Servers {
  /** Of the superuser, in this database. */
  superuser(database: string): string;
  /** Of the service's own role, in its database. */
  database(service: Service): string;
  /** Of the user who may do everything on the bus. */
  bus: string;
  /** Of the user who may look at connections. */
  busSystem: string;
}

export interface Installation {
  url: string;
  token: string;
  dataDir: string;
  servers: Servers;
  /** A box without limits, which is nobody's. */
  newMailbox(): Promise<string>;
  /** Process ids by name: the four services, `postgres` (its postmaster), `nats-server`, `mail-catcher`. */
  processes(): Record<string, number>;
  /** Ends everything and starts it again on what is there. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

interface Kept {
  demo: { adminToken: string };
  secrets: {
    postgres: string;
    databases: Record<Service, string>;
    bus: { admin: string };
    busSystem: string;
  };
  ports: { postgres: number; nats: number };
  processes: { name: string; pid: number }[];
}

const unlimited = { maxMessages: null, maxTotalSeconds: null, maxMessageSeconds: null };

const serversOf = (read: <Name extends keyof Kept>(name: Name) => Kept[Name]): Servers => {
  const [ports, secrets] = [read('ports'), read('secrets')];
  const postgres = { port: ports.postgres, password: secrets.postgres };
  const { name, password } = systemUser(secrets.busSystem);
  return {
    superuser: (database) => superuserUrl(postgres, database),
    database: (service) =>
      databaseUrl({
        ...{ port: ports.postgres, user: service, password: secrets.databases[service], database: service },
      }),
    bus: natsAddress(ports.nats, { name: 'admin', password: secrets.bus.admin }),
    busSystem: natsAddress(ports.nats, { name, password }),
  };
};

const launch = async (args: readonly string[], env: NodeJS.ProcessEnv): Promise<ChildProcess> => {
  const supervisor = join(workspace, 'tools/local/src/main.ts');
  const child = spawn(process.execPath, [supervisor, 'start', '--no-build', ...args], {
    cwd: workspace,
    env: { ...process.env, LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('Aftertone is ready: ')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`the installation did not start (exit code ${code})`)));
  });
  return child;
};

const end = async (child: ChildProcess): Promise<void> => {
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  await ended;
};

/**
 * A whole installation as `npm start` makes it, quiet, in a folder of its own.
 *
 * @param env what its programs have in their environment besides ours
 */
export const startInstallation = async (env: NodeJS.ProcessEnv = {}): Promise<Installation> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'aftertone-bench-'));
  const port = await freePort();
  const args = ['--port', String(port), '--data-dir', dataDir];
  let child = await launch(args, env).catch((error: unknown) => {
    rmSync(dataDir, { recursive: true, force: true });
    throw error;
  });
  const read = <Name extends keyof Kept>(name: Name): Kept[Name] =>
    JSON.parse(readFileSync(join(dataDir, `${name}.json`), 'utf8')) as Kept[Name];
  const { adminToken: token } = read('demo');
  const url = `http://127.0.0.1:${port}`;
  let boxes = 0;
  return {
    ...{ url, token, dataDir },
    get servers() {
      return serversOf(read);
    },
    newMailbox: async () => {
      boxes += 1;
      const response = await fetch(`${url}/v1/mailboxes`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ number: String(90_000 + boxes), name: 'Bench', quota: unlimited }),
      });
      if (!response.ok) throw new Error(`no mailbox: ${response.status} ${await response.text()}`);
      return ((await response.json()) as { id: string }).id;
    },
    processes: () => Object.fromEntries(read('processes').map(({ name, pid }) => [name, pid])),
    restart: async () => {
      await end(child);
      child = await launch(args, env);
    },
    stop: async () => {
      await end(child);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};
