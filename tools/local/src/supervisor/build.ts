import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Layout, logFile } from '../data-folder/layout.ts';
import { tailOf } from '../process/log-tail.ts';
import { run } from '../process/run.ts';

/** Makes the services of a workspace ready to start; throws the end of its log when it cannot, the signal's reason when aborted. */
export type Build = (workspace: string, layout: Layout, signal: AbortSignal) => Promise<void>;

/** Builds the services, the examples and what they are made of; what did not change since the last time is taken from the cache. */
export const buildServices: Build = async (workspace, layout, signal) => {
  const built = await run(
    process.execPath,
    [nxOf(workspace), 'run-many', '--target=build', '--projects=apps/*,examples', '--output-style=stream'],
    // No daemon: nothing of ours keeps running after us.
    { cwd: workspace, env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', FORCE_COLOR: '0' }, signal },
  );
  signal.throwIfAborted();
  const log = logFile(layout, 'build');
  mkdirSync(layout.logs, { recursive: true });
  writeFileSync(log, built.output);
  if (built.code !== 0) throw new Error(`The build failed; all of it is in ${log}. Its end:\n${tailOf(log, 40)}`);
};

/** The task runner's program file. */
export function nxOf(workspace: string): string {
  return createRequire(join(workspace, 'package.json')).resolve('nx');
}
