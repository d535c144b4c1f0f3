import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { identify } from '@aftertone/local';
import { expect, it } from 'vitest';
import { eventually } from './eventually.ts';

/** Starts a process that guards a folder and a long sleep, and tells what they are. */
async function guardingProcess() {
  const local = fileURLToPath(new URL('../../../tools/local/src/', import.meta.url));
  const script = `
    import { spawn } from 'node:child_process';
    import { mkdtempSync } from 'node:fs';
    import { tmpdir } from 'node:os';
    import { guard } from '${local}process/guard.ts';
    import { identify } from '${local}process/identity.ts';
    const folder = mkdtempSync(tmpdir() + '/aftertone-guarded-');
    const { pid } = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
    guard({ watchFolder: folder });
    guard({ watch: identify(pid) });
    setInterval(() => undefined, 60_000);
    console.log(JSON.stringify({ folder, pid }));`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>((resolve) => createInterface({ input: child.stdout }).once('line', resolve));
  const { folder, pid }: { folder: string; pid: number } = JSON.parse(line);
  return { child, folder, pid };
}

it.each(['SIGKILL', 'SIGINT', 'SIGTERM'] as const)(
  'leaves no process and no folder behind after %s',
  async (signal) => {
    const { child, folder, pid } = await guardingProcess();
    expect(existsSync(folder)).toBe(true);
    expect(identify(pid)).toBeDefined();
    child.kill(signal);
    await eventually(() => {
      expect(identify(pid)).toBeUndefined();
      expect(existsSync(folder)).toBe(false);
    });
  },
);
