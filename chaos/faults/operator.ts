import { run } from '@aftertone/local';
import type { Installation } from '../installation/installation.ts';
import { workspace } from '../installation/previous-version.ts';

/** Runs a command of `npm run cli` against the installation, and returns what it prints. Throws when it fails. */
export async function operator(installation: Installation, ...args: readonly string[]): Promise<string> {
  const program = args[0] === 'deliveries' ? 'apps/notify-svc/dist/cli/main.js' : 'libs/messaging/dist/cli/main.js';
  const { code, output } = await run(process.execPath, [program, ...args], {
    cwd: workspace,
    env: installation.operatorEnvironment,
  });
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${output}`);
  return output;
}
