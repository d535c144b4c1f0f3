import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rolePolicies } from '../identity.ts';
import { aclAllows } from './acl.ts';
import { eventPaths } from './event-paths.ts';
import { aclFilters, aclSubjects } from './subjects.ts';

const tenant = '01900000-0000-7000-8000-0000000000aa';
const me = '01900000-0000-7000-8000-000000000001';
const box = '01900000-0000-7000-8000-000000000002';
const other = '11900000-0000-7000-8000-000000000003';
const ids = [me, box, other];
const who = { authId: me, sessionId: '01900000-0000-7000-8000-000000000009' };

const matches = (filter: string, subject: string): boolean => {
  const [want, have] = [filter.split('.'), subject.split('.')];
  if (want.at(-1) === '>')
    return have.length >= want.length && matches(want.slice(0, -1).join('.'), have.slice(0, want.length - 1).join('.'));
  return want.length === have.length && want.every((token, n) => token === '*' || token === have[n]);
};

/** Every path that is ever published, for each of the ids. */
const concrete = [
  ...new Set(eventPaths.flatMap(({ segments }) => ids.map((id) => segments.join('.').replace('*', id)))),
];
const published = (path: string): string => `evt.${tenant}.${path}`;
const allowed = (patterns: readonly string[], path: string): boolean => aclAllows(patterns, `events.${path}`, who);
const passes = (patterns: readonly string[], path: string): boolean => {
  const { allow, deny } = aclSubjects(patterns, who, tenant);
  const hit = (list: readonly string[]): boolean => list.some((filter) => matches(filter, published(path)));
  return hit(allow) && !hit(deny);
};
const filtersOf = (patterns: readonly string[], types: readonly string[] | null = null): string[] =>
  Object.values(aclFilters(patterns, who, tenant, types).subjects).flat();
const gets = (filters: readonly string[], path: string): boolean =>
  filters.some((one) => matches(one, published(path)));

const word = fc.constantFrom(
  ...[
    'mailboxes',
    'users',
    'voicemails',
    'global',
    'groups',
    'messages',
    'mwi',
    'created',
    'updated',
    'identity',
    'media',
  ],
  ...['*', '*', '#', '#', 'me', 'me', 'my_session', 'edit', 'mail*', '*ed', 'm#', '#d', '01*', `${box}#`, '', ...ids],
);
const shape = fc.constantFrom(...eventPaths.map(({ segments }) => segments));
const alike = shape.chain((segments) =>
  fc.tuple(
    ...segments.map((segment) => fc.oneof(fc.constant(segment), fc.constant(segment), word, fc.constantFrom(me, box))),
  ),
);
const body = fc.oneof(
  fc.array(word, { minLength: 1, maxLength: 5 }),
  alike,
  alike.map((parts) => [...parts.slice(0, 2), '#']),
);
const pattern = fc.tuple(fc.constantFrom('', '', '!'), body).map(([not, parts]) => `${not}events.${parts.join('.')}`);
const patterns = fc.array(fc.oneof(pattern, fc.constantFrom('#', 'events.#', '!events.*.me.#', ...rolePolicies.user)), {
  maxLength: 6,
});
const strayPath = fc
  .array(
    fc.oneof(
      fc.stringMatching(/^[A-Za-z0-9_-]{1,6}$/),
      fc.constantFrom('mailboxes', 'users', 'voicemails', 'messages', ...ids),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => parts.join('.'));

describe('subjects of an ACL', () => {
  // Each ACL is translated once and held against every path that is published: far more pairs than drawing both, for less.
  it('never admit what the ACL does not', () => {
    fc.assert(
      fc.property(patterns, fc.array(strayPath, { maxLength: 5 }), (acl, stray) => {
        const { allow, deny } = aclSubjects(acl, who, tenant);
        const filters = filtersOf(acl);
        const admitted = [...concrete, ...stray].filter(
          (path) => (gets(allow, path) && !gets(deny, path)) || gets(filters, path),
        );
        expect(admitted.filter((path) => !allowed(acl, path))).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('never overlap within the filters of a service', () => {
    const collide = (one: string, two: string): boolean => {
      const [a, b] = [one.split('.'), two.split('.')];
      for (let n = 0; ; n++) {
        if (a[n] === undefined || b[n] === undefined) return a[n] === b[n];
        if (a[n] === '>' || b[n] === '>') return true;
        if (a[n] !== '*' && b[n] !== '*' && a[n] !== b[n]) return false;
      }
    };
    fc.assert(
      fc.property(patterns, (acl) => {
        for (const filters of Object.values(aclFilters(acl, who, tenant, null).subjects))
          for (const [n, one] of filters.entries())
            expect(filters.slice(n + 1).filter((two) => collide(one, two))).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('lack nothing that is published when no pattern is said to be inexact', () => {
    let exact = 0;
    fc.assert(
      fc.property(patterns, (acl) => {
        const { subjects, inexact } = aclFilters(acl, who, tenant, null);
        if (inexact.length > 0) return;
        const filters = Object.values(subjects).flat();
        const { allow, deny } = aclSubjects(acl, who, tenant);
        const lacks = (isThere: (path: string) => boolean) => (path: string) => {
          const copyOf = `mailboxes.${other}.${path.split('.').slice(-2).join('.')}`;
          const isCopy = /^(users\..*\.)?voicemails\./.test(path);
          return !(isThere(path) || (isCopy && isThere(copyOf)));
        };
        const wanted = concrete.filter((path) => allowed(acl, path));
        exact += wanted.length;
        expect(wanted.filter(lacks((path) => gets(filters, path)))).toEqual([]);
        // Permissions never say more; what they leave out of a copy comes from its canonical subject.
        expect(wanted.filter(lacks((path) => gets(allow, path) && !gets(deny, path)))).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
    expect(exact).toBeGreaterThan(1_000);
  });

  it.each([
    rolePolicies.user,
    rolePolicies.admin,
    ['events.users.me.voicemails.messages.*', 'events.voicemails.global.#'],
    ['events.#', `!events.users.${other}.#`],
    ['events.mailboxes.*.messages.#', `!events.mailboxes.${box}.messages.deleted`],
    ['events.*.*.messages.created', 'events.#.deleted'],
    [`events.voicemails.groups.${box}.#`, '!events.#.deleted'],
  ])('are exactly what is allowed: %j', (...acl) => {
    expect(concrete.filter((path) => passes(acl, path))).toEqual(concrete.filter((path) => allowed(acl, path)));
  });
});

describe('permissions', () => {
  it('of a user are one subject each for what is the user’s', () => {
    const acl = ['events.users.me.#', 'events.voicemails.global.#', `events.voicemails.groups.${box}.#`];
    expect(aclSubjects(acl, who, tenant)).toEqual({
      allow: [
        `evt.${tenant}.voicemails.global.>`,
        `evt.${tenant}.voicemails.groups.${box}.>`,
        `evt.${tenant}.users.${me}.>`,
      ],
      deny: [],
    });
  });

  it('of an administrator are one for the tenant', () => {
    expect(aclSubjects(rolePolicies.admin, who, tenant)).toEqual({ allow: [`evt.${tenant}.>`], deny: [] });
  });

  it('take single ids away by denials', () => {
    const { deny } = aclSubjects(['events.mailboxes.#', `!events.mailboxes.${box}.#`], who, tenant);
    expect(deny).toEqual([`evt.${tenant}.mailboxes.${box}.>`]);
  });
});

describe('filters', () => {
  it('of an administrator are the events themselves, not their copies', () => {
    expect(aclFilters(rolePolicies.admin, who, tenant, null)).toEqual({
      subjects: {
        mailbox: [`evt.${tenant}.mailboxes.>`],
        media: [`evt.${tenant}.media.>`],
        notify: [`evt.${tenant}.notifications.>`],
        gateway: [`evt.${tenant}.identity.>`],
      },
      inexact: [],
    });
  });

  it('leave no copy out whose event comes by no other filter', () => {
    const acl = ['events.mailboxes.*.messages.#', 'events.users.me.#'];
    const { mailbox = [] } = aclFilters(acl, who, tenant, null).subjects;
    expect(gets(mailbox, `mailboxes.${box}.messages.created`)).toBe(true);
    expect(gets(mailbox, `mailboxes.${box}.member_messages.updated`)).toBe(false);
    expect(gets(mailbox, `users.${me}.voicemails.messages.updated`)).toBe(true);
  });

  it('name the types that are wanted, and no service without them', () => {
    expect(aclFilters(rolePolicies.admin, who, tenant, ['message_created', 'user_created']).subjects).toEqual({
      mailbox: [`evt.${tenant}.mailboxes.*.messages.created`],
      gateway: [`evt.${tenant}.identity.users.*.created`],
    });
  });

  it('leave out what a denial touches, and say so', () => {
    const { subjects, inexact } = aclFilters(
      ['events.mailboxes.#', `!events.mailboxes.${box}.messages.#`],
      who,
      tenant,
      null,
    );
    expect(gets(subjects.mailbox ?? [], `mailboxes.${other}.messages.created`)).toBe(false);
    expect(subjects.mailbox).toContain(`evt.${tenant}.mailboxes.*.mwi.>`);
    expect(inexact).toEqual(['events.mailboxes.#']);
  });

  it('say which patterns are about parts of ids', () => {
    const acl = ['events.mailboxes.01*.#', 'events.users.me.#', 'aftertone.#'];
    expect(aclFilters(acl, who, tenant, null).inexact).toEqual(['events.mailboxes.01*.#']);
  });

  it('are found fast for a member of a thousand groups', () => {
    const uuid = (n: number): string => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`;
    const acl = Array.from({ length: 1_000 }, (_, n) => `events.voicemails.groups.${uuid(n)}.#`);
    expect(filtersOf(acl)).toHaveLength(1_000);
  });
});
