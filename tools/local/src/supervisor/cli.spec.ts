import { expect, it } from 'vitest';
import { runCli } from './cli.ts';

/** Where nothing is: help needs no installation. */
const nowhere = '/nowhere';

const told = async (...args: string[]) => {
  const lines: string[] = [];
  const code = await runCli(nowhere, args, (line: string) => lines.push(line));
  return { code, text: lines.join('\n') };
};

it.each([
  [['--help'], 0],
  [['-h', '--data-dir', nowhere], 0],
  [[], 2],
  [['list'], 2],
])('%j names every topic', async (args, code) => {
  const answer = await told(...args);
  expect(answer.code).toBe(code);
  for (const topic of ['dead-letters', 'deliveries', 'media', 'retention'])
    expect(answer.text).toContain(`  ${topic} `);
});
