import { newId } from '@aftertone/kernel';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { feedName, type KnownFeed, KnownFeeds } from './known-feeds.ts';
import { toWire, type WireRequest } from './wire.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const tenant = newId();
const inFeeds = (...feeds: string[]): WireRequest[] => [
  toWire({
    tenantId: tenant,
    streamId: `letter-${newId()}`,
    kind: 'letter',
    expectedVersion: 0,
    at: '2026-01-01T00:00:00Z',
    events: [],
    feeds: feeds.map((feedId) => [{ role: 'box', feedId, take: 1 }]),
    claims: [],
    rows: [],
    destroyKey: false,
  }),
];
const row = (feed: string, revision = 1): KnownFeed => ({
  tenant,
  feed,
  open: true,
  access: null,
  accessJson: 'null',
  limits: [],
  revision,
  sequence: 1,
  counters: [],
});

describe('KnownFeeds', () => {
  it('looks up together what it does not know, and once', async () => {
    const feeds = new KnownFeeds();
    const load = vi.fn(async (_tenants: readonly string[], names: readonly string[]) => names.map((name) => row(name)));
    expect(await feeds.make(inFeeds('a', 'b', 'a'), load)).toBe(true);
    expect(await feeds.make(inFeeds('b', 'c'), load)).toBe(true);
    expect(load.mock.calls.map(([, names]) => names)).toEqual([['a', 'b'], ['c']]);
    expect(feeds.get(feedName(tenant, 'a'))).toEqual(row('a'));
  });

  it('holds what was foreseen against what was looked up before', async () => {
    const feeds = new KnownFeeds();
    await feeds.make(inFeeds('a'), async () => {
      feeds.foresee([[feedName(tenant, 'a'), row('a', 2)]]);
      return [row('a', 1)];
    });
    expect(feeds.get(feedName(tenant, 'a'))?.revision).toBe(2);
  });

  it('looks up again what it has not used for a second', async () => {
    const feeds = new KnownFeeds();
    const load = vi.fn(async () => [row('a')]);
    await feeds.make(inFeeds('a'), load);
    vi.advanceTimersByTime(999);
    feeds.foresee([[feedName(tenant, 'a'), row('a', 2)]]);
    vi.advanceTimersByTime(999);
    await feeds.make(inFeeds('a'), load);
    expect(load).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1);
    expect(feeds.get(feedName(tenant, 'a'))).toBeNull();
    await feeds.make(inFeeds('a'), load);
    expect(load).toHaveBeenCalledTimes(2);
  });

  it('leaves a feed that was not as foreseen to the judge for a moment, whatever is forgotten meanwhile', async () => {
    const feeds = new KnownFeeds();
    const load = vi.fn(async () => [row('a')]);
    await feeds.make(inFeeds('a'), load);
    feeds.distrust(inFeeds('a'));
    feeds.forget(inFeeds('a'));
    expect(await feeds.make(inFeeds('b', 'a'), load)).toBe(false);
    vi.advanceTimersByTime(50);
    expect(await feeds.make(inFeeds('a'), load)).toBe(true);
    expect(load).toHaveBeenCalledTimes(2);
  });
});
