import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const TAIL_BYTES = 8192;

/** The last lines of a log file, each indented; empty when there is none. */
export function tailOf(file: string, lines = 20): string {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return '';
  }
  try {
    const size = fstatSync(descriptor).size;
    const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
    const all = buffer.toString('utf8').trimEnd().split('\n');
    return all
      .slice(-lines)
      .map((line) => `    ${line}`)
      .join('\n');
  } finally {
    closeSync(descriptor);
  }
}
