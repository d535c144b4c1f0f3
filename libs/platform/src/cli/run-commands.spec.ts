import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';

const program = `
  import { runCommands } from '${new URL('./command-line.ts', import.meta.url)}';
  setInterval(() => {}, 60_000);
  await runCommands(async (args, environment, { out, err }) => {
    out('found '.repeat(20_000));
    err('and that was all');
    return 3;
  });`;

it('ends with its code and all that it said, whatever is still open', async () => {
  const child = spawn(process.execPath, ['--conditions=source', '--input-type=module', '--eval', program]);
  const said = { out: '', err: '' };
  child.stdout.on('data', (text: Buffer) => {
    said.out += text;
  });
  child.stderr.on('data', (text: Buffer) => {
    said.err += text;
  });
  expect(await once(child, 'close')).toEqual([3, null]);
  expect([said.out.length, said.err]).toEqual([120_001, 'and that was all\n']);
});
