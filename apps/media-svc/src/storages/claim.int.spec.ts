import { temporaryFolder } from '@aftertone/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type MediaGround, openMediaGround } from '../spec-support/media-ground.ts';
import { openStorage } from '../spec-support/open-storage.ts';
import { isOurs } from './claim.ts';

let one: MediaGround;
let other: MediaGround;
const folder = temporaryFolder('claimed');
beforeAll(async () => {
  [one, other] = await Promise.all([openMediaGround(), openMediaGround()]);
});
afterAll(async () => {
  await Promise.all([one.close(), other.close()]);
  folder.remove();
});

it('a storage belongs to the installation that was there first, whatever others call it', async () => {
  const blobs = await openStorage(folder.path);
  expect(await isOurs(one.store.pool, { name: 'shared', blobs })).toBe(true);
  expect(await isOurs(one.store.pool, { name: 'shared', blobs })).toBe(true);
  expect(await isOurs(other.store.pool, { name: 'shared', blobs })).toBe(false);
  expect(await isOurs(other.store.pool, { name: 'mine', blobs })).toBe(false);
  // One place under two names of one installation: each would take the other's recordings for strays.
  expect(await isOurs(one.store.pool, { name: 'again', blobs })).toBe(false);
  await blobs.close();
});
