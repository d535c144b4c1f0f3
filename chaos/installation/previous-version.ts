import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '@aftertone/local';

/** The checkout that the campaign is of. */
export const workspace = fileURLToPath(new URL('../..', import.meta.url));

/** What services are made of; tests are no part of a version. */
const PARTS = ['apps', 'libs', ':!*.spec.ts', ':!*.md'];

const git = (...args: string[]): string =>
  execFileSync('git', args, { cwd: workspace, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

/** What makes the tables; a change of it is a migration that old services must live with. */
const TABLES = [
  ...['apps/*/src/migrations', 'libs/event-store/src/schema', 'libs/messaging/src/dead-letters/migration.ts'],
  ':!*.spec.ts',
];

/** Throws where git does not know a commit, as in a shallow clone. */
export type PickCommit = () => string;

/** Why what is wanted is not here; undefined when it is. */
export function missingCommit(pick: PickCommit): string | undefined {
  try {
    pick();
    return undefined;
  } catch (error) {
    return `the version before this one is not here: ${error instanceof Error ? error.message.trim() : error}`;
  }
}

/** What `ref` names. */
export const namedCommit = (ref: string): string => git('rev-parse', '--verify', `${ref}^{commit}`);

/** The last commit whose services differ from those that lie here. */
export const previousCommit: PickCommit = () => {
  const [latest, before] = latestOf(PARTS);
  return existing(isChanged(PARTS) ? latest : before);
};

/** The last commit before this one with other services than it. */
const earlierThan = (commit: string): string => existing(latestOf(PARTS, `${commit}^`)[0]);

/** The last commit before the newest migration. */
export const commitBeforeMigration: PickCommit = () => {
  const [latest] = latestOf(TABLES);
  return isChanged(TABLES) ? namedCommit('HEAD') : namedCommit(`${existing(latest)}^`);
};

const isChanged = (paths: readonly string[]): boolean => git('status', '--porcelain', '--', ...paths) !== '';
const latestOf = (paths: readonly string[], from = 'HEAD'): string[] =>
  git('rev-list', '--max-count=2', from, '--', ...paths).split('\n');

function existing(commit: string | undefined): string {
  if (commit !== undefined && commit !== '') return commit;
  const isShallow = git('rev-parse', '--is-shallow-repository') === 'true';
  throw new Error(isShallow ? 'this clone is shallow (git fetch --unshallow)' : 'the history has no other one');
}

/** `1a2b3c4 Subject` */
export const describe = (commit: string): string => git('log', '-1', '--format=%h %s', commit);

const TRIES = 5;

/** Builds it, or where a commit was never meant to run by itself the last one before it that can be built. Returns which. */
export async function buildSome(commit: string, folder: string, say: (line: string) => void): Promise<string> {
  for (let [chosen, tries] = [commit, 1]; ; tries += 1) {
    try {
      await buildVersion(chosen, folder);
      return chosen;
    } catch (error) {
      if (tries === TRIES) throw error;
      say(`${describe(chosen)} cannot be built by itself`);
      rmSync(folder, { recursive: true, force: true });
      chosen = earlierThan(chosen);
    }
  }
}

/** The services of a commit in a folder of their own, built with the dependencies that are installed here. */
async function buildVersion(commit: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await must('sh', ['-c', `git archive ${commit} | tar -x -C "$0"`, folder], workspace);
  linkDependencies(folder);
  const apps = readdirSync(join(folder, 'apps')).map((app) => join('apps', app));
  await must(process.execPath, [join(workspace, 'node_modules/typescript/bin/tsc'), '-b', ...apps], folder);
}

/** Other people's packages are those of the workspace; our own are the ones of the folder. */
function linkDependencies(folder: string): void {
  const own = join('node_modules', '@aftertone');
  mkdirSync(join(folder, 'node_modules'));
  for (const name of readdirSync(join(workspace, 'node_modules'))) {
    if (name.startsWith('.') || name === '@aftertone') continue;
    symlinkSync(join(workspace, 'node_modules', name), join(folder, 'node_modules', name));
  }
  cpSync(join(workspace, own), join(folder, own), { recursive: true, verbatimSymlinks: true });
  for (const group of ['apps', 'libs']) {
    for (const name of readdirSync(join(folder, group))) {
      const nested = join(group, name, 'node_modules');
      if (existsSync(join(workspace, nested))) symlinkSync(join(workspace, nested), join(folder, nested));
    }
  }
}

async function must(command: string, args: readonly string[], cwd: string): Promise<void> {
  const { code, output } = await run(command, args, { cwd });
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${output}`);
}
