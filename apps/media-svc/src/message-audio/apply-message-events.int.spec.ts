import type { CloudEvent } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MediaGround, openMediaGround } from '../spec-support/media-ground.ts';
import { messageEvent } from '../spec-support/message-events.ts';
import { applyMessageEvents } from './apply-message-events.ts';
import { MessageAudioTable } from './message-audio.table.ts';

let ground: MediaGround;
let apply: (...events: CloudEvent[]) => Promise<void>;
beforeAll(async () => {
  ground = await openMediaGround();
  const table = new MessageAudioTable(ground.store.pool);
  apply = (...events) => applyMessageEvents({ ...ground, clock: ground.clock, table }, events);
});
beforeEach(() => ground.said.splice(0));
afterAll(() => ground.close());

const messageOf = (messageId = newId()) => messageEvent({ tenantId: ground.tenantId, messageId });
const types = async (mediaId: string) => (await ground.eventsOf(mediaId)).map(({ type }) => type);
const row = async (mediaId: string) => (await ground.rows()).find(({ id }) => id === mediaId);

describe('a message holds its recording', () => {
  it('from its creation to its purge, however often that is told', async () => {
    const { mediaId } = await ground.keep();
    const message = messageOf();
    const [created, purged] = [message.created(1, mediaId), message.purged(3)];
    for (let n = 0; n < 2; n += 1) await apply(created, created);
    expect(await row(mediaId)).toMatchObject({ referenceCount: 1, unreferencedSince: null });
    await apply(message.deleted(2, mediaId));
    expect(await row(mediaId)).toMatchObject({ referenceCount: 1 });
    for (let n = 0; n < 2; n += 1) await apply(purged, purged);
    expect(await types(mediaId)).toEqual(['MediaStored', 'MediaReferenced', 'MediaReleased']);
    expect(await row(mediaId)).toMatchObject({ referenceCount: 0, releasedAt: new Date(purged.time) });
    expect((await ground.eventsOf(mediaId))[2]?.data).toMatchObject({ releasedAt: purged.time });
  });

  it('with its copies', async () => {
    const { mediaId } = await ground.keep();
    const [one, copy] = [messageOf(), messageOf()];
    await apply(one.created(1, mediaId), copy.created(1, mediaId), one.purged(2));
    expect(await row(mediaId)).toMatchObject({ referenceCount: 1, unreferencedSince: null });
    await apply(copy.purged(2));
    expect(await row(mediaId)).toMatchObject({ referenceCount: 0 });
  });

  it('until it has been taken to where its mailbox keeps messages, however often that is told', async () => {
    const { mediaId } = await ground.keep();
    const message = messageOf();
    const [forwarding, forwarded] = [message.forwarding(1, mediaId), message.forwarded(2)];
    await apply(forwarding, forwarding);
    expect(await row(mediaId)).toMatchObject({ referenceCount: 1, unreferencedSince: null });
    await apply(forwarded, forwarded, forwarding);
    expect(await types(mediaId)).toEqual(['MediaStored', 'MediaReferenced', 'MediaReleased']);
    expect(await row(mediaId)).toMatchObject({ referenceCount: 0, releasedAt: new Date(forwarded.time) });
  });

  it('until another one replaces it', async () => {
    const [first, second] = [await ground.keep(), await ground.keep()];
    const message = messageOf();
    await apply(
      message.created(1, first.mediaId),
      message.updated(2, second.mediaId),
      message.updated(3, second.mediaId),
    );
    expect(await types(first.mediaId)).toEqual(['MediaStored', 'MediaReferenced', 'MediaReleased']);
    expect(await types(second.mediaId)).toEqual(['MediaStored', 'MediaReferenced']);
  });

  it('that was attached later', async () => {
    const { mediaId } = await ground.keep();
    const message = messageOf();
    await apply(message.created(1, null), message.updated(2, mediaId));
    expect(await row(mediaId)).toMatchObject({ referenceCount: 1 });
  });
});

describe('late events', () => {
  it('bring nothing back to a purged message', async () => {
    const { mediaId } = await ground.keep();
    const message = messageOf();
    await apply(message.purged(2));
    await apply(message.created(1, mediaId));
    expect(await types(mediaId)).toEqual(['MediaStored']);
  });

  it('bring no replaced recording back', async () => {
    const [first, second] = [await ground.keep(), await ground.keep()];
    const message = messageOf();
    await apply(message.updated(2, second.mediaId));
    await apply(message.created(1, first.mediaId));
    expect(await types(first.mediaId)).toEqual(['MediaStored']);
    expect(await row(second.mediaId)).toMatchObject({ referenceCount: 1 });
  });
});

it('applies many messages at once', async () => {
  const kept = await Promise.all(Array.from({ length: 50 }, () => ground.keep()));
  await apply(...kept.map(({ mediaId }) => messageOf().created(1, mediaId)));
  const counts = (await ground.rows()).filter(({ id }) => kept.some(({ mediaId }) => mediaId === id));
  expect(counts.map(({ referenceCount }) => referenceCount)).toEqual(Array.from({ length: 50 }, () => 1));
});

it('says that a message plays a recording that is not stored, and goes on with the others', async () => {
  const { mediaId } = await ground.keep();
  await apply(messageOf().created(1, newId()), messageOf().created(1, mediaId));
  expect(ground.said).toEqual(['a message or greeting plays a recording that is not stored']);
  expect(await row(mediaId)).toMatchObject({ referenceCount: 1 });
});

it('refuses an event that is not what it should be', async () => {
  const broken = { ...messageOf().created(1, newId()), data: {} };
  await expect(apply(broken)).rejects.toMatchObject({ kind: 'invalid', code: 'event-not-readable' });
});
