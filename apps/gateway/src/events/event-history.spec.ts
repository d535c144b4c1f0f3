import { compileAcl, type ReplayPage, type ServiceName } from '@aftertone/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Session } from '../access/session.ts';
import { EventHistory, type HistoryRequest } from './event-history.ts';
import { Feeds } from './feeds.ts';
import { EventHub } from './hub.ts';
import { comparePlaces, type Place, type Places, readCursor, services } from './places.ts';

const acl = ['events.ours'];
const session: Session = {
  kind: 'user',
  tenantId: 't',
  cell: null,
  homeTenantId: 't',
  userId: 'U',
  tokenId: 'S',
  admin: false,
  acl,
  policyAcl: acl,
  allows: compileAcl(acl, { authId: 'U' }),
  grants: undefined,
  limits: undefined,
  expiresAt: null,
};

interface Entry {
  service: ServiceName;
  place: Place;
  type: string;
  path: string;
}

const told = ({ service, place, type, path }: Entry): ReplayPage['events'][number] => ({
  ...place,
  paths: [path],
  event: {
    specversion: '1.0',
    id: `${service} ${place.position}.${place.part}`,
    source: `/aftertone/c1/${service}`,
    type,
    subject: path,
    time: '2026-03-01T09:00:00.000Z',
    datacontenttype: 'application/json',
    tenantid: 't',
    streamversion: 1,
    correlationid: 'x',
    data: {},
  },
});

/** The logs of all services; positions of other tenants lie in between. */
const logs = fc
  .record({
    entries: fc.array(
      fc.record({
        service: fc.constantFrom(...services),
        gap: fc.integer({ min: 1, max: 3 }),
        parts: fc.integer({ min: 0, max: 3 }),
        path: fc.constantFrom('ours', 'theirs'),
        type: fc.constantFrom('a', 'b'),
      }),
      { maxLength: 40 },
    ),
    tail: fc.integer({ min: 0, max: 3 }),
  })
  .map(({ entries, tail }) => {
    const heads: Record<string, number> = {};
    const all = entries.flatMap(({ service, gap, parts, path, type }): Entry[] => {
      const position = (heads[service] ?? 0) + gap;
      heads[service] = position;
      return Array.from({ length: parts }, (_, part) => ({ service, place: { position, part }, path, type }));
    });
    return { all, head: (service: ServiceName) => (heads[service] ?? 0) + tail };
  });

type Logs = typeof logs extends fc.Arbitrary<infer T> ? T : never;

/** Pages as `replay` makes them: `limit` counts positions. */
const pageOf = ({ all, head }: Logs, service: ServiceName, after: number, limit: number): ReplayPage => {
  const behind = all.filter((entry) => entry.service === service && entry.place.position > after);
  const positions = [...new Set(behind.map(({ place }) => place.position))].slice(0, limit);
  const last = positions.at(-1);
  const isAll = positions.length < limit || last === undefined;
  const events = behind.filter(({ place }) => positions.includes(place.position)).map(told);
  return { events, throughPosition: isAll ? Math.max(head(service), after) : last, headPosition: head(service) };
};

const historyOf = (given: Logs, mostLooked: number): EventHistory => {
  const hub = new EventHub(1);
  const feeds = new Feeds(
    () => hub,
    async (service, after, limit) => pageOf(given, service, after, limit),
    {
      pageSize: 4,
      retryMs: 1,
    },
  );
  return new EventHistory(feeds, { pageSize: 4, mostLooked });
};

const walk = async (history: EventHistory, wanted: Omit<HistoryRequest, 'caller'>) => {
  const items: { cursor: string; event: { id: string } }[] = [];
  let after = wanted.after;
  for (let pages = 0; pages < 500; pages++) {
    const page = await history.page({ ...wanted, after, caller: { session, correlationId: 'x' } });
    expect(page.items.length).toBeLessThanOrEqual(wanted.limit);
    items.push(...page.items);
    if (page.isComplete) return { items, end: page.cursor };
    after = readCursor(page.cursor);
  }
  throw new Error('the walk does not end');
};

const place = fc.record({ position: fc.integer({ min: 1, max: 20 }), part: fc.integer({ min: 0, max: 2 }) });
const places = fc.record({ mailbox: place, media: place, notify: place, gateway: place });

const within = ({ service, place: at }: Entry, after: Places, until: Places): boolean => {
  const [from, end] = [after[service], until[service]];
  return from !== undefined && comparePlaces(at, from) >= 0 && (end === undefined || comparePlaces(at, end) < 0);
};

const idsOf = (entries: readonly Entry[]): string[] =>
  services.flatMap((name) => entries.filter(({ service }) => service === name)).map((entry) => told(entry).event.id);

describe('pages of history', () => {
  it('walked to the end give every event that may be seen, once and in the order of its service', async () => {
    await fc.assert(
      fc.asyncProperty(
        logs,
        places,
        fc.option(places, { nil: {} }),
        fc.option(fc.constant(new Set(['a']))),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: services.length + 1, max: 12 }),
        async (given, after, until: Places, types, limit, mostLooked) => {
          const { items } = await walk(historyOf(given, mostLooked), { after, until, types, limit });
          const expected = given.all.filter(
            (entry) =>
              within(entry, after, until) && entry.path === 'ours' && (types === null || types.has(entry.type)),
          );
          expect(items.map(({ event }) => event.id)).toEqual(idsOf(expected));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('go on behind any event, and end where live events begin', async () => {
    await fc.assert(
      fc.asyncProperty(logs, fc.integer({ min: 1, max: 7 }), fc.nat(), async (given, limit, pick) => {
        const wanted = { until: {}, types: null, limit };
        const history = historyOf(given, 6);
        const { items, end } = await walk(history, { ...wanted, after: readCursor('first') });
        expect((await walk(history, { ...wanted, after: readCursor(end) })).items).toEqual([]);
        const picked = items.length === 0 ? 0 : pick % items.length;
        const cursor = items[picked]?.cursor;
        if (cursor === undefined) return;
        const rest = await walk(history, { ...wanted, after: readCursor(cursor) });
        expect(rest.items.map(({ event }) => event.id)).toEqual(items.slice(picked + 1).map(({ event }) => event.id));
      }),
      { numRuns: 300 },
    );
  });
});
