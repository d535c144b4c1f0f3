import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const LEFT_WITHIN_MS = 60_000;

/** Leaves an answer for another process, whole or not at all. */
export const leave = (file: string, answer: unknown): void => {
  writeFileSync(`${file}.new`, JSON.stringify(answer));
  renameSync(`${file}.new`, file);
};

/** The answer that another process leaves in a file, which is gone then. */
export const left = async <Answer>(file: string): Promise<Answer> => {
  for (const until = performance.now() + LEFT_WITHIN_MS; !existsSync(file); await delay(100)) {
    if (performance.now() > until) throw new Error(`no answer came: ${file}`);
  }
  const answer = JSON.parse(readFileSync(file, 'utf8')) as Answer;
  rmSync(file);
  return answer;
};
