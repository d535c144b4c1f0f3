import { newId } from '@aftertone/kernel';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { removeStrays } from '../housekeeping/remove-strays.ts';
import { type MediaGround, openMediaGround } from '../spec-support/media-ground.ts';
import { openStorage } from '../spec-support/open-storage.ts';
import { runAlone } from '../spec-support/run-alone.ts';
import { wavFile } from '../spec-support/wav-files.ts';

let ground: MediaGround;
beforeAll(async () => {
  ground = await openMediaGround();
});
afterAll(() => ground.close());

it.each<[string, { events: number; files: number; strays: number }]>([
  ['received', { events: 0, files: 0, strays: 0 }],
  ['committed', { events: 0, files: 1, strays: 1 }],
  ['stored', { events: 1, files: 1, strays: 0 }],
])('killed when the recording was %s: never an event without its bytes, and it can come again', async (point, left) => {
  const mediaId = newId();
  const before = ground.files().length;
  const { signal } = await runAlone('./keep-and-die.ts', {
    DATABASE_URL: ground.store.url,
    KEK: ground.kek,
    STORAGE: ground.root,
    SPOOL: ground.spoolRoot,
    DIE_AT: point,
    TENANT_ID: ground.tenantId,
    MEDIA_ID: mediaId,
  });
  expect(signal).toBe('SIGKILL');
  // The next process of this host tidies up as it starts.
  for (const root of [ground.root, ground.spoolRoot]) await (await openStorage(root)).close();
  expect(await ground.eventsOf(mediaId)).toHaveLength(left.events);
  expect(ground.files().length - before).toBe(left.files);

  const tomorrow = new Date(Date.now() + 86_400_000);
  expect(await removeStrays({ ...ground, pool: ground.store.pool, olderThan: tomorrow })).toBe(left.strays);
  const again = await ground.keep(wavFile(), mediaId);
  expect(again.kept.isNew).toBe(left.events === 0);
  expect(await ground.eventsOf(mediaId)).toHaveLength(1);
  expect(ground.files().length - before).toBe(1);
});
