import { temporaryFolder } from '@aftertone/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type MediaGround, openMediaGround } from '../spec-support/media-ground.ts';
import { run } from './run.ts';

let ground: MediaGround;
const archive = temporaryFolder('archive');
beforeAll(async () => {
  ground = await openMediaGround();
});
afterAll(async () => {
  await ground.close();
  archive.remove();
});

const command = async (args: string[], changes: Record<string, string> = {}) => {
  const lines: string[] = [];
  const say = (line: string) => lines.push(line);
  const environment = {
    DATABASE_URL_MEDIA: ground.store.url,
    AFTERTONE_KEK: ground.kek,
    MEDIA_STORAGE_PATH: ground.root,
    MEDIA_STORAGES: JSON.stringify({ archive: { type: 'local', path: archive.path } }),
    ...changes,
  };
  return { code: await run(['media', ...args], environment, { out: say, err: say }), text: lines.join('\n') };
};

it('shows the storages, moves from one to another, and looks for what is lost', async () => {
  await Promise.all(Array.from({ length: 3 }, () => ground.keep()));
  expect(await command(['storages'])).toEqual({ code: 0, text: 'local  well  new recordings go here\narchive  well' });
  const moved = await command(['migrate', '--from', 'local', '--to', 'archive']);
  expect(moved.code).toBe(0);
  expect(moved.text).toContain('3 moved from local to archive, 0 could not be moved');
  expect(moved.text).toContain('set MEDIA_STORAGE=archive');
  expect((await ground.rows()).map(({ storage }) => storage)).toEqual(['archive', 'archive', 'archive']);
  expect(await command(['verify', '--hash', '--mend'])).toEqual({
    code: 0,
    text: 'local: 0 looked at, 0 still in spools, 0 faulty, 0 mended\narchive: 3 looked at, 0 still in spools, 0 faulty, 0 mended',
  });
});

it('says what is wrong', async () => {
  for (const args of [
    [],
    ['storages', '--hash'],
    ['migrate', '--from', 'local'],
    ['migrate', '--from', 'local', '--to', 'local'],
    ['verify', 'local'],
    ['verify', '--to', 'local'],
    ['purge'],
  ]) {
    expect(await command(args)).toMatchObject({ code: 2, text: expect.stringContaining('Usage') });
  }
  expect(await command(['verify', '--storage', 'x'])).toEqual({
    code: 1,
    text: 'There is no storage "x" in the settings, only: local, archive',
  });
  expect(await command(['storages'], { MEDIA_STORAGE: 'x' })).toMatchObject({
    code: 2,
    text: expect.stringContaining('MEDIA_STORAGE: "x" is none of the storages'),
  });
  const nowhere = { type: 's3', endpoint: 'http://127.0.0.1:9', bucket: 'b', access_key: 'a', secret_key: 'b' };
  const away = await command(['storages'], { MEDIA_STORAGES: JSON.stringify({ archive: nowhere }) });
  expect(away.code).toBe(1);
  expect(away.text).toMatch(/archive {2}.*nothing answers at its address/);
});
