import { run } from '@aftertone/local';
import type { Installation } from '../installation/installation.ts';
import { workspace } from '../installation/previous-version.ts';

/** Runs a command of `npm run cli` against the installation, and returns what it prints. Throws when it fails. */
export async function operator(installation: Installation, ...args: readonly string[]): Promise<string> {
  const { code, output } = await start(installation, args);
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${output}`);
  return output;
}

/** The same, but `kill -9` ends it as soon as `moment` has come. */
export async function operatorCutOff(
  installation: Installation,
  args: readonly string[],
  moment: () => Promise<unknown>,
): Promise<void> {
  const end = new AbortController();
  const running = start(installation, args, end.signal);
  await moment().finally(() => end.abort());
  await running;
}

const programs: Readonly<Record<string, string>> = {
  deliveries: 'apps/notify-svc/dist/cli/main.js',
  media: 'apps/media-svc/dist/cli/main.js',
};

const start = (installation: Installation, args: readonly string[], signal?: AbortSignal) =>
  run(process.execPath, [programs[args[0] ?? ''] ?? 'libs/messaging/dist/cli/main.js', ...args], {
    cwd: workspace,
    env: installation.operatorEnvironment,
    ...(signal && { signal }),
  });
