import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { identify } from '../process/identity.ts';
import { type Layout, layoutOf } from './layout.ts';
import { AlreadyRunning, currentSupervisor, takeLock } from './lock.ts';

let layout: Layout;
beforeEach(() => {
  layout = layoutOf(join(mkdtempSync(join(tmpdir(), 'aftertone-lock-')), 'data'));
});
afterEach(() => rmSync(join(layout.root, '..'), { recursive: true, force: true }));

const URL = 'http://127.0.0.1:8080';

it('is held by one until it is released', () => {
  const lock = takeLock(layout, URL);
  expect(currentSupervisor(layout)).toEqual({ ...identify(process.pid), url: URL });
  expect(() => takeLock(layout, URL)).toThrow(AlreadyRunning);
  lock.release();
  expect(currentSupervisor(layout)).toBeUndefined();
  takeLock(layout, URL).release();
});

it.each([
  ['of a process that is gone', { pid: 2 ** 22 + 1, startedAt: 'then' }],
  ['whose process id was given to another', { ...identify(process.pid), startedAt: 'then' }],
])('is taken over from a holder %s', (_who, holder) => {
  takeLock(layout, URL).release();
  writeFileSync(layout.lock, JSON.stringify({ ...holder, url: URL }));
  const lock = takeLock(layout, URL);
  expect(currentSupervisor(layout)?.pid).toBe(process.pid);
  lock.release();
  expect(existsSync(layout.lock)).toBe(false);
});
