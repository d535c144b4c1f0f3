import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { documents } from './documents.ts';
import { refresh, staleFiles } from './stale.ts';

let folder: URL;

beforeEach(() => {
  folder = pathToFileURL(`${mkdtempSync(join(tmpdir(), 'contracts-'))}/`);
});
afterEach(() => rmSync(folder, { recursive: true }));

const wanted = new Map([
  ['README.md', 'read me'],
  ['generated/asyncapi.json', '{}'],
  ['generated/schemas/events/a.v1.json', '1'],
]);

it('writes what is missing, and then nothing is stale', () => {
  expect(refresh(folder, wanted)).toEqual([...wanted.keys()].sort());
  expect(staleFiles(folder, wanted)).toEqual([]);
  expect(readFileSync(new URL('generated/schemas/events/a.v1.json', folder), 'utf8')).toBe('1');
  expect(refresh(folder, wanted)).toEqual([]);
});

it('names what was edited, removed or left over, and mends it', () => {
  refresh(folder, wanted);
  writeFileSync(new URL('generated/asyncapi.json', folder), '{"edited":true}');
  writeFileSync(new URL('generated/schemas/gone.json', folder), '');
  rmSync(new URL('README.md', folder));
  const stale = ['README.md', 'generated/asyncapi.json', 'generated/schemas/gone.json'];
  expect(staleFiles(folder, wanted)).toEqual(stale);
  expect(refresh(folder, wanted)).toEqual(stale);
  expect(staleFiles(folder, wanted)).toEqual([]);
});

it('finds the files in this repository up to date', () => {
  const packageFolder = new URL('../../', import.meta.url);
  expect(staleFiles(packageFolder, documents(packageFolder))).toEqual([]);
});
