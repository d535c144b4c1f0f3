import { rebuild } from '@aftertone/event-store';
import { newId } from '@aftertone/kernel';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deleteUnused } from '../../housekeeping/delete-unused.ts';
import { applyMessageEvents } from '../../message-audio/apply-message-events.ts';
import { MessageAudioTable } from '../../message-audio/message-audio.table.ts';
import { type MediaGround, openMediaGround } from '../../spec-support/media-ground.ts';
import { messageEvent } from '../../spec-support/message-events.ts';
import { mediaAggregate } from '../media.aggregate.ts';

let ground: MediaGround;
beforeAll(async () => {
  ground = await openMediaGround();
});
afterAll(() => ground.close());

it('makes the same rows from the events alone', async () => {
  const { store, tenantId } = ground;
  const [played, released, deleted, unused] = [
    await ground.keep(),
    await ground.keep(),
    await ground.keep(),
    await ground.keep(),
  ];
  const [one, other] = [messageEvent({ tenantId, messageId: newId() }), messageEvent({ tenantId, messageId: newId() })];
  const table = new MessageAudioTable(store.pool);
  const events = [one.created(1, played.mediaId), other.created(1, deleted.mediaId), other.purged(2, new Date(0))];
  await applyMessageEvents({ ...ground, table }, events);
  const settings = { orphanAfterMs: 0, releaseGraceMs: 0 };
  const known = { applied: { since: new Date(0).toISOString(), through: new Date(1).toISOString() }, caughtUp: true };
  expect(await deleteUnused({ ...ground, ...settings }, known)).toBe(1);
  const third = messageEvent({ tenantId, messageId: newId() });
  await applyMessageEvents({ ...ground, table }, [third.created(1, released.mediaId), third.purged(2)]);

  const before = await ground.rows();
  expect(before.map(({ id }) => id)).toEqual([played, released, unused].map(({ mediaId }) => mediaId).sort());
  await store.pool.query('UPDATE media SET reference_count = 9');
  expect(await ground.rows()).not.toEqual(before);
  await rebuild({ store, aggregates: [mediaAggregate], tables: ['media'] });
  expect(await ground.rows()).toEqual(before);
  expect((await ground.keep()).kept.isNew).toBe(true);
});
