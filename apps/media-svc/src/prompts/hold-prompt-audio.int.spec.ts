import type { Reaction } from '@aftertone/event-store';
import { eventually } from '@aftertone/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { deleteUnused } from '../housekeeping/delete-unused.ts';
import { openPromptGround, type PromptGround } from '../spec-support/prompt-ground.ts';
import { holdPromptAudio, startHoldingPromptAudio } from './hold-prompt-audio.ts';
import { promptAggregate } from './prompt.aggregate.ts';
import { promptId } from './prompt-id.ts';

const hour = 3_600_000;
const start = Date.now();

let ground: PromptGround;
let holding: Reaction | undefined;
beforeAll(async () => {
  ground = await openPromptGround();
});
beforeEach(() => {
  ground.now = new Date(start);
});
afterEach(async () => {
  await holding?.stop();
  holding = undefined;
});
afterAll(() => ground?.close());

const hold = () => {
  holding = startHoldingPromptAudio(ground);
};
const isHeld = (mediaId: string) => eventually(async () => expect(await referencesOf(mediaId)).toBe(1));
const isLetGo = (mediaId: string) => eventually(async () => expect(await typesOf(mediaId)).toContain('MediaReleased'));
const referencesOf = async (mediaId: string) => (await ground.rows()).find(({ id }) => id === mediaId)?.referenceCount;
const typesOf = async (mediaId: string) => (await ground.eventsOf(mediaId)).map(({ type }) => type);

/** Housekeeping, so many hours later: everything that mailbox-svc did until then has been seen. */
const tidyAfter = (hours: number) => {
  ground.now = new Date(start + hours * hour);
  const applied = { since: new Date(0).toISOString(), through: ground.now.toISOString() };
  const { storages, store, clock, log } = ground;
  const parts = { storages, store, clock, log, orphanAfterMs: 24 * hour, releaseGraceMs: hour };
  return deleteUnused(parts, { applied, caughtUp: true });
};
const isThere = async (mediaId: string) => (await ground.rows()).some(({ id }) => id === mediaId);

it('what is heard stays, what is heard no more goes after the grace', async () => {
  hold();
  const address = { language: 'fr', key: 'num/7' };
  const first = await ground.replace(address);
  await isHeld(first.mediaId);
  const second = await ground.replace(address);
  await isHeld(second.mediaId);
  await isLetGo(first.mediaId);
  await tidyAfter(0.9);
  expect([await isThere(first.mediaId), await isThere(second.mediaId)]).toEqual([true, true]);
  await tidyAfter(1.1);
  expect([await isThere(first.mediaId), await isThere(second.mediaId)]).toEqual([false, true]);
  expect((await ground.eventsOf(first.mediaId)).at(-1)).toEqual({ type: 'MediaDeleted', data: { reason: 'released' } });

  await tidyAfter(1_000);
  expect(await isThere(second.mediaId)).toBe(true);
  await ground.desk.reset(address, ground.call);
  await isLetGo(second.mediaId);
  await tidyAfter(1_000.9);
  expect(await isThere(second.mediaId)).toBe(true);
  await tidyAfter(1_001.1);
  expect(await isThere(second.mediaId)).toBe(false);
});

it('what is heard stays while nobody holds it yet, and is held by who comes later', async () => {
  const address = { language: 'es', key: 'vm-goodbye' };
  const { mediaId } = await ground.replace(address);
  expect(await referencesOf(mediaId)).toBe(0);
  await tidyAfter(1_000);
  expect(await isThere(mediaId)).toBe(true);
  hold();
  await isHeld(mediaId);
});

it('an upload that no prompt came of goes like any other', async () => {
  hold();
  const address = { language: 'ja', key: 'vm-goodbye' };
  const { mediaId } = await ground.keep();
  const refused = ground.desk.replace({ ...address, mediaId, ifVersion: 3 }, ground.call);
  await expect(refused).rejects.toMatchObject({ code: 'version-mismatch' });
  await tidyAfter(23.9);
  expect(await isThere(mediaId)).toBe(true);
  await tidyAfter(24.1);
  expect(await isThere(mediaId)).toBe(false);
  const late = ground.desk.replace({ ...address, mediaId, ifVersion: undefined }, ground.call);
  await expect(late).rejects.toMatchObject({ code: 'media-not-found' });
});

it('nothing changes when events come again', async () => {
  const address = { language: 'zh', key: 'vm-goodbye' };
  const one = await ground.replace(address);
  const other = await ground.replace(address);
  const events = await ground.store.history(promptAggregate, ground.tenantId, promptId(address), { limit: 10 });
  expect(events.map(({ type }) => type)).toEqual(['PromptReplaced', 'PromptReplaced']);
  for (const batch of [events, events.slice(1), events]) await holdPromptAudio(ground, batch);
  expect(await referencesOf(one.mediaId)).toBe(0);
  expect(await referencesOf(other.mediaId)).toBe(1);
  expect((await typesOf(other.mediaId)).filter((type) => type !== 'MediaStored')).toEqual(['MediaReferenced']);
});
