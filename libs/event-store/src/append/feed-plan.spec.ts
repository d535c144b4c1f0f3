import { describe, expect, it } from 'vitest';
import { planFeeds } from './feed-plan.ts';

describe('planFeeds', () => {
  it('judges what a request adds to a feed as a whole, in its last change', () => {
    const planned = planFeeds([
      [{ role: 'box', feedId: 'a', delta: [1, 10], take: 1 }],
      [
        { role: 'from', feedId: 'a', delta: [-1], take: 1 },
        { role: 'to', feedId: 'b', delta: [1, 10], take: 2, requireOpen: false },
      ],
    ]);
    const common = { role: 'box', feed: 'a', take: 1, requireOpen: true };
    expect(planned).toEqual([
      { ...common, event: 0, delta: [1, 10] },
      { ...common, event: 1, role: 'from', delta: [-1], grow: [0, 10] },
      { event: 1, feed: 'b', role: 'to', take: 2, delta: [1, 10], requireOpen: false, grow: [1, 10] },
    ]);
  });

  it('carries on what the request has set, and knows the access before a change that it made itself', () => {
    const planned = planFeeds([
      [{ role: 'box', feedId: 'a', take: 1, create: true, set: { access: 1, limits: [5] } }],
      [{ role: 'box', feedId: 'a', take: 1, set: { access: 2 } }],
      [{ role: 'box', feedId: 'a', take: 1, set: { open: false } }],
    ]);
    expect(planned).toMatchObject([
      { create: true, access: 1, limits: [5] },
      { create: true, access: 2, limits: [5], changed: true, previous: 1 },
      { create: true, access: 2, limits: [5], open: false },
    ]);
    expect(planned[0]).not.toHaveProperty('changed');
  });

  it('leaves the access before a change to the append when the request did not set it', () => {
    const [planned] = planFeeds([[{ role: 'box', feedId: 'a', take: 1, set: { access: 2 } }]]);
    expect(planned).toMatchObject({ access: 2, changed: true, previous: undefined });
  });

  it('refuses more counters than a feed can have', () => {
    const delta = Array.from({ length: 11 }, () => 1);
    expect(() => planFeeds([[{ role: 'box', feedId: 'a', take: 1, delta }]])).toThrow('10 counters');
  });
});
