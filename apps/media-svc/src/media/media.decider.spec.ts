import { deciderSpec } from '@aftertone/testing';
import { describe, it } from 'vitest';
import {
  type DeleteUnusedMedia,
  type MoveMedia,
  mediaDecider,
  type ReferenceMedia,
  type ReleaseMedia,
  type StoreMedia,
} from './media.decider.ts';
import type {
  MediaDeleted,
  MediaEvent,
  MediaFacts,
  MediaMoved,
  MediaReferenced,
  MediaReleased,
  MediaStored,
} from './media.ts';

const given = deciderSpec(mediaDecider);

const hour = 3_600_000;
const storedAt = '2026-03-01T12:00:00.000Z';
const after = (hours: number): string => new Date(Date.parse(storedAt) + hours * hour).toISOString();

const facts: MediaFacts = {
  contentType: 'audio/wav',
  codec: 'pcm_s16le',
  sampleRate: 8000,
  channels: 1,
  durationMs: 500,
  bytes: 8044,
  sha256: 'a'.repeat(64),
  peaks: null,
};

const store = (changes: Partial<MediaFacts> = {}): StoreMedia => ({
  type: 'StoreMedia',
  data: { ...facts, storage: 'main', ...changes },
  meta: { now: storedAt },
});
const move = (from: string, to: string): MoveMedia => ({
  type: 'MoveMedia',
  data: { from, to },
  meta: { now: storedAt },
});
const reference = (messageId: string): ReferenceMedia => ({
  type: 'ReferenceMedia',
  data: { messageId },
  meta: { now: storedAt },
});
const release = (messageId: string, hours = 1): ReleaseMedia => ({
  type: 'ReleaseMedia',
  data: { messageId, releasedAt: after(hours) },
  meta: { now: after(hours) },
});
const deleteUnused = ({
  now = after(1000),
  through = after(1000),
  since = after(-1000),
  known = true,
  caughtUp = true,
} = {}): DeleteUnusedMedia => ({
  type: 'DeleteUnusedMedia',
  data: { applied: known ? { since, through } : null, caughtUp, orphanAfterMs: 24 * hour, releaseGraceMs: hour },
  meta: { now },
});

const stored: MediaStored = { type: 'MediaStored', data: { ...facts, storage: 'main', storedAt } };
const moved = (storage: string): MediaMoved => ({ type: 'MediaMoved', data: { storage } });
const referenced = (messageId: string): MediaReferenced => ({ type: 'MediaReferenced', data: { messageId } });
const released = (messageId: string, hours = 1): MediaReleased => ({
  type: 'MediaReleased',
  data: { messageId, releasedAt: after(hours) },
});
const deleted = (reason: 'released' | 'orphan'): MediaDeleted => ({ type: 'MediaDeleted', data: { reason } });

describe('storing', () => {
  it('records the facts', () => given().when(store()).then(stored));
  it('changes nothing when the same bytes come again', () => given(stored).when(store()).then());
  it('refuses other bytes', () =>
    given(stored)
      .when(store({ sha256: 'b'.repeat(64) }))
      .thenThrows('media-exists'));
  it('never reuses the id of a deleted recording', () =>
    given(stored, deleted('orphan')).when(store()).thenThrows('media-exists'));
});

describe('moving', () => {
  it('records where it is now', () => given(stored).when(move('main', 'archive')).then(moved('archive')));
  it('changes nothing where it is not (any more)', () => {
    given(stored).when(move('archive', 'main')).then();
    given(stored, moved('archive')).when(move('main', 'archive')).then();
    given(stored).when(move('main', 'main')).then();
  });
  it('changes nothing of what is deleted or never was', () => {
    given(stored, deleted('orphan')).when(move('main', 'archive')).then();
    given().when(move('main', 'archive')).then();
  });
  it('takes what was stored before there were several for the folder that there was', () => {
    given({ type: 'MediaStored', data: { ...facts, storedAt } })
      .when(move('local', 'archive'))
      .then(moved('archive'));
  });
  it('changes nothing else', () =>
    given(stored, referenced('m'), moved('archive'), released('m')).when(deleteUnused()).then(deleted('released')));
});

describe('references', () => {
  it('are recorded once per message', () => {
    given(stored).when(reference('m1')).then(referenced('m1'));
    given(stored, referenced('m1')).when(reference('m1')).then();
    given(stored, referenced('m1')).when(reference('m2')).then(referenced('m2'));
  });
  it('may come back', () =>
    given(stored, referenced('m1'), released('m1')).when(reference('m1')).then(referenced('m1')));
  it('need a recording', () => {
    given().when(reference('m1')).thenThrows('media-not-found');
    given(stored, deleted('orphan')).when(reference('m1')).thenThrows('media-not-found');
  });
  it('are released once', () => {
    given(stored, referenced('m1')).when(release('m1')).then(released('m1'));
    given(stored, referenced('m1'), released('m1')).when(release('m1')).then();
    given(stored).when(release('m1')).then();
    given().when(release('m1')).then();
  });
});

describe('a recording that no message ever played', () => {
  it.each<[string, DeleteUnusedMedia, MediaEvent[]]>([
    ['goes when a day of events has been applied', deleteUnused({ through: after(24) }), [deleted('orphan')]],
    ['stays a millisecond before', deleteUnused({ through: new Date(Date.parse(after(24)) - 1).toISOString() }), []],
    ['stays whatever our clock says', deleteUnused({ through: after(1), now: after(100_000) }), []],
    ['stays when events may have been missed since', deleteUnused({ since: after(1) }), []],
    ['stays when nothing is known', deleteUnused({ known: false }), []],
  ])('%s', (_name, command, events) => {
    given(stored)
      .when(command)
      .then(...events);
  });
});

describe('a recording whose messages are gone', () => {
  const history = [stored, referenced('m1'), referenced('m2'), released('m1', 1), released('m2', 5)];
  const behind = { caughtUp: false, through: after(5.9) };
  it('stays while events wait to be applied', () =>
    given(...history)
      .when(deleteUnused(behind))
      .then());
  it('goes when the events applied are later than the grace', () =>
    given(...history)
      .when(deleteUnused({ ...behind, now: after(0), through: after(6) }))
      .then(deleted('released')));
  it('goes after the grace', () =>
    given(...history)
      .when(deleteUnused({ now: after(6), through: after(5) }))
      .then(deleted('released')));
  it('stays when events may have been missed since it was stored', () =>
    given(...history)
      .when(deleteUnused({ since: after(1) }))
      .then());
  it('stays before', () =>
    given(...history)
      .when(deleteUnused({ now: after(5.9), through: after(5) }))
      .then());
  it('stays while a message plays it', () =>
    given(...history.slice(0, 4))
      .when(deleteUnused())
      .then());
  it('stays when a copy plays it again', () =>
    given(...history, referenced('m3'))
      .when(deleteUnused())
      .then());
  it('goes once', () =>
    given(...history, deleted('released'))
      .when(deleteUnused())
      .then());
});
