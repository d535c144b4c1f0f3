import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { readJson } from '../data-folder/json-file.ts';
import { layoutOf } from '../data-folder/layout.ts';
import type { Ports } from '../data-folder/ports.ts';
import { SERVICES, type Secrets } from '../data-folder/secrets.ts';
import { run } from '../process/run.ts';
import { nxOf } from './build.ts';
import { ownBus } from './bus-access.ts';
import { ownDatabases } from './databases.ts';
import { BadSettings, readSettings } from './settings.ts';

/** What answers a topic: its project and its program. */
const PROGRAMS = {
  deliveries: { project: '@aftertone/notify-svc', program: 'apps/notify-svc/dist/cli/main.js' },
  media: { project: '@aftertone/media-svc', program: 'apps/media-svc/dist/cli/main.js' },
  retention: { project: '@aftertone/mailbox-svc', program: 'apps/mailbox-svc/dist/cli/main.js' },
  'dead-letters': { project: '@aftertone/messaging', program: 'libs/messaging/dist/cli/main.js' },
};

const usage = `Usage: npm run cli -- <topic> <command> [--data-dir .data]

  dead-letters list | show <id> | replay <id>    messages of the bus that could not be handled
  deliveries list | show <id> | replay <id>      notifications that did not reach anybody
  media storages | migrate | verify              recordings, and the storages that have them
  retention sweep [--dry-run]                    what is older than it may become

npm run cli -- <topic> --help tells all of a topic. The installation is that of the data folder, or the one in the
environment (DATABASE_URL_*, NATS_URL, AFTERTONE_KEK).`;

/** What programs end with that were called in a wrong way. */
const wrongUsage = 2;

const asksForHelp = (args: readonly string[]): boolean => args.some((arg) => arg === '--help' || arg === '-h');

/**
 * Runs the operators' commands with access to an installation: the one whose databases and bus are in the environment,
 * else the local one of the data folder. Resolves to the exit code.
 */
export async function runCli(workspace: string, args: readonly string[], say = console.log): Promise<number> {
  const at = args.indexOf('--data-dir');
  const dataDir = at === -1 ? [] : args.slice(at, at + 2);
  const rest = at === -1 ? args : args.toSpliced(at, 2);
  const [topic = ''] = rest;
  const help = asksForHelp(rest);
  if (!isTopic(topic)) {
    say(usage);
    return help ? 0 : wrongUsage;
  }
  const { project, program } = PROGRAMS[topic];
  const built = await run(process.execPath, [nxOf(workspace), 'run', `${project}:build`], {
    cwd: workspace,
    env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' },
  });
  if (built.code !== 0) throw new Error(built.output);
  // Each program tells its usage to who calls it in a way that it does not know, and needs no installation for that.
  const env = help || namesSome(process.env) ? process.env : { ...process.env, ...accessTo(dataDir) };
  const child = spawn(process.execPath, [join(workspace, program), ...rest], { env, stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(help && code === wrongUsage ? 0 : (code ?? 1)));
  });
}

const isTopic = (topic: string): topic is keyof typeof PROGRAMS => Object.hasOwn(PROGRAMS, topic);

/** Some databases, not all: then the commands look at those, as their usage says. */
const namesSome = (env: NodeJS.ProcessEnv): boolean => {
  const named = SERVICES.filter((service) => env[`DATABASE_URL_${service.toUpperCase()}`]);
  return named.length > 0 && named.length < SERVICES.length;
};

/** The environment of an administrator of the installation. */
function accessTo(dataDir: readonly string[]): NodeJS.ProcessEnv {
  const settings = readSettings(dataDir, process.env);
  const layout = layoutOf(settings.dataDir);
  const [ports, secrets] = [readJson<Ports>(layout.ports), readJson<Secrets>(layout.secrets)];
  const databases = settings.databases ?? (ports && secrets && ownDatabases(ports.postgres, secrets.databases));
  const bus = settings.bus ?? (ports && secrets && ownBus(ports.nats, secrets.bus));
  const kek = settings.kek ?? secrets?.kek;
  if (databases === undefined || bus === undefined || kek === undefined) {
    throw new BadSettings(
      `There is no installation in ${layout.root}, and none in the environment (DATABASE_URL_*, NATS_URL, AFTERTONE_KEK)`,
    );
  }
  return {
    AFTERTONE_CELL: settings.cell,
    AFTERTONE_KEK: kek,
    NATS_URL: bus.url,
    MEDIA_STORAGE_PATH: layout.media,
    ...(bus.users.admin === undefined
      ? {}
      : { NATS_USER: bus.users.admin.name, NATS_PASSWORD: bus.users.admin.password }),
    ...Object.fromEntries(SERVICES.map((service) => [`DATABASE_URL_${service.toUpperCase()}`, databases[service]])),
  };
}
