import { newId } from '@aftertone/kernel';
import { describe, expect, it } from 'vitest';
import type { FeedChange } from '../types.ts';
import { feedsAfter, foreseeFeeds } from './foreseen-feeds.ts';
import { feedName, type KnownFeed, KnownFeeds } from './known-feeds.ts';
import { toWire } from './wire.ts';

const tenant = newId();
const known = (...feeds: Array<Partial<KnownFeed> & { feed: string }>): KnownFeeds => {
  const all = new KnownFeeds();
  all.foresee(
    feeds.map((feed) => [
      feedName(tenant, feed.feed),
      {
        tenant,
        open: true,
        access: { owners: ['a'] },
        accessJson: '{"owners":["a"]}',
        limits: [],
        revision: 7,
        sequence: 10,
        counters: [2, 20],
        ...feed,
      },
    ]),
  );
  return all;
};
/** A request; its feed changes are given per event. */
const request = (...feeds: FeedChange[][]) =>
  toWire({
    tenantId: tenant,
    streamId: `letter-${newId()}`,
    kind: 'letter',
    expectedVersion: 0,
    at: '2026-01-01T00:00:00Z',
    events: feeds.map(() => ({
      id: newId(),
      type: 'Posted',
      schemaVersion: 1,
      data: {},
      meta: { actor: { kind: 'system', id: 'test' }, correlationId: 'test' },
      sealed: null,
    })),
    feeds,
    claims: [],
    rows: [],
    destroyKey: false,
  });
const change = (feedId: string, more: Partial<FeedChange> = {}): FeedChange => ({
  role: 'box',
  feedId,
  delta: [1, 5],
  take: 1,
  ...more,
});

describe('foreseeFeeds', () => {
  it('stamps the events in their order and leaves the feeds as they will be', () => {
    const foreseen = foreseeFeeds(
      [
        request([change('a', { take: 2 })], []),
        request([change('a', { role: 'fr"om' }), change('b', { delta: [-1] })]),
      ],
      known({ feed: 'a' }, { feed: 'b', access: null, accessJson: 'null', counters: [3] }),
    );
    const access = { owners: ['a'] };
    expect(foreseen?.stamps).toEqual([
      { box: { feedId: 'a', access, sequence: 11, counters: [3, 25] } },
      undefined,
      {
        'fr"om': { feedId: 'a', access, sequence: 13, counters: [4, 30] },
        box: { feedId: 'b', access: null, sequence: 11, counters: [2] },
      },
    ]);
    expect(foreseen?.stampsJson.map((json) => JSON.parse(json))).toEqual(
      foreseen?.stamps.map((stamps) => stamps ?? {}),
    );
    expect(foreseen && [...feedsAfter(foreseen)].map(([, feed]) => feed)).toMatchObject([
      { feed: 'a', revision: 8, sequence: 13, counters: [4, 30] },
      { feed: 'b', revision: 8, sequence: 11, counters: [2] },
    ]);
  });

  it('leaves to the judge what it does not know, what is closed, and counters that a feed does not have', () => {
    expect(foreseeFeeds([request([change('b')])], known({ feed: 'a' }))).toBeNull();
    const closed = known({ feed: 'a', open: false });
    expect(foreseeFeeds([request([change('a')])], closed)).toBeNull();
    expect(foreseeFeeds([request([change('a', { requireOpen: false })])], closed)).not.toBeNull();
    expect(foreseeFeeds([request([change('a', { delta: [1, 1, 1] })])], known({ feed: 'a' }))).toBeNull();
  });

  it('grows a counter up to its limit, and lets shrink what is beyond it', () => {
    const feeds = known({ feed: 'a', limits: [3, null] }, { feed: 'b', limits: [1, 1] });
    expect(foreseeFeeds([request([change('a')])], feeds)).not.toBeNull();
    expect(foreseeFeeds([request([change('a')]), request([change('a')])], feeds)).toBeNull();
    // A request counts as a whole: one letter more and one less is none more.
    const swap = request([change('a')], [change('a', { delta: [1] })], [change('a', { delta: [-1] })]);
    expect(foreseeFeeds([swap], feeds)).not.toBeNull();
    expect(foreseeFeeds([request([change('b', { delta: [-1, 0] })])], feeds)).not.toBeNull();
    expect(foreseeFeeds([request([change('b', { delta: [-1, 1] })])], feeds)).toBeNull();
  });
});
