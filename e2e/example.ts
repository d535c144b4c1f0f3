import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Platform } from './platform.ts';

const built = fileURLToPath(new URL('../examples/dist', import.meta.url));

/** A program of examples/ as the README runs it, with what it has printed so far. */
export const runExample = (name: string, { dataDir }: Platform) => {
  const child = spawn(process.execPath, [join(built, `${name}.js`), join(dataDir, 'demo.json')]);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  return {
    output: () => output,
    ended: () => child.exitCode !== null,
    stop: async () => {
      child.kill();
      await ended;
    },
  };
};
