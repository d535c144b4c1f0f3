import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
}

/**
 * Runs a TypeScript file of this folder in a process of its own, from its source, and waits for its end.
 * @param prefix a command in front, such as a shell that sets limits and then runs `exec "$@"`.
 */
export const runAlone = async (
  file: string,
  env: Record<string, string>,
  prefix: readonly string[] = [],
): Promise<Ended> => {
  const script = fileURLToPath(new URL(file, import.meta.url));
  const [command = '', ...rest] = [...prefix, process.execPath, '--conditions=source', '--expose-gc', script];
  const child = spawn(command, rest, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<Pick<Ended, 'code' | 'signal'>>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const stdout = await text(child.stdout);
  return { ...(await ended), stdout };
};
