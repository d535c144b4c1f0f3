import { randomUUID } from 'node:crypto';
import { compileAcl, eventAccess, mailboxPath, rolePolicies } from '@aftertone/contracts';
import { AccessIndex, type Viewer } from '@aftertone/gateway/access-index';
import { percentile } from '../figures.ts';

export interface MatchRow {
  what: string;
  /** Subscribers that the event is for. */
  admitted: number;
  /** Milliseconds of one core for one event. */
  index: { p50: number; p99: number };
  naive: { p50: number; p99: number };
}

const users = 9_900;
const services = 99;
const groups = 500;

const viewerOf = (tenantId: string, acl: readonly string[]): Viewer => {
  const [userId, tokenId] = [randomUUID(), randomUUID()];
  return { tenantId, userId, tokenId, acl, allows: compileAcl(acl, { authId: userId, sessionId: tokenId }) };
};

/** What other software may ask for: inner `#`, wildcards in segments, denials. */
const oddAcl = (n: number): string[] =>
  [
    ['events.#.created', `!events.mailboxes.*${n}.#`],
    [`events.mailboxes.${n.toString(16)}*.messages.*`],
    ['events.voicemails.#.deleted', 'events.*.*.voicemails.mwi.#'],
    ['events.#', '!events.identity.#', `!events.users.#${n}.created`],
  ][n % 4] ?? [];

/** A person with the default policy, in three groups. */
const personAcl = (groupIds: readonly string[], n: number): string[] => [
  ...rolePolicies.user.filter((pattern) => !pattern.includes('groups.me')),
  ...[0, 1, 2].map((k) => `events.voicemails.groups.${groupIds[(n + k * 7) % groupIds.length]}.#`),
];

/** 9,900 people, 99 service tokens and one administrator, spread over tenants. */
const audience = (tenantIds: readonly string[]) => {
  const groupIds = Array.from({ length: groups }, () => randomUUID());
  const tenantOf = (n: number): string => tenantIds[n % tenantIds.length] ?? '';
  const people = Array.from({ length: users }, (_, n) => viewerOf(tenantOf(n), personAcl(groupIds, n)));
  const software = Array.from({ length: services }, (_, n) => viewerOf(tenantOf(n), oddAcl(n)));
  const admin = viewerOf(tenantOf(0), rolePolicies.admin);
  return { groupIds, people, viewers: [...people, ...software, admin] };
};

const timed = (rounds: number, once: () => number): { p50: number; p99: number; admitted: number } => {
  let admitted = 0;
  const times: number[] = [];
  for (let round = 0; round < rounds + rounds / 4; round++) {
    const began = performance.now();
    admitted = once();
    if (round >= rounds / 4) times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99), admitted };
};

/** One event matched against the rights of 10,000 subscribers, beside a loop over all their compiled matchers. */
export const benchMatch = (): MatchRow[] => {
  const rows: MatchRow[] = [];
  for (const [name, count] of [
    ['one tenant', 1],
    ['100 tenants', 100],
  ] as const) {
    const tenantIds = Array.from({ length: count }, () => randomUUID());
    const { groupIds, people, viewers } = audience(tenantIds);
    const index = new AccessIndex<Viewer>();
    for (const viewer of viewers) index.add(viewer, viewer);
    const [tenantId = ''] = tenantIds;
    const box = mailboxPath(randomUUID(), 'messages', 'created');
    const events: [string, string[]][] = [
      ['a personal box', [box, `users.${people[0]?.userId}.voicemails.messages.created`]],
      ['a group box', [box, `voicemails.groups.${groupIds[0]}.messages.created`]],
      ['a global box', [box, 'voicemails.global.messages.created']],
    ];
    for (const [kind, paths] of events) {
      const ours = timed(400, () => index.match(tenantId, paths).length);
      const naive = timed(20, () => {
        const accesses = paths.map(eventAccess);
        return viewers.filter(
          (viewer) => viewer.tenantId === tenantId && accesses.some((access) => viewer.allows(access)),
        ).length;
      });
      if (ours.admitted !== naive.admitted) throw new Error('the index and the loop differ');
      rows.push({ what: `${name}: ${kind}`, admitted: ours.admitted, index: ours, naive });
    }
  }
  return rows;
};
