import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mailboxQueries } from './rpc/mailbox.ts';
import { rpcSubject } from './rpc/rpc.ts';
import {
  audiencePaths,
  callSubject,
  eventAccess,
  eventStreamName,
  eventSubject,
  identityPath,
  mailboxPath,
  mediaPath,
  notificationPath,
  parseEventSubject,
  serviceSubjects,
} from './subjects.ts';

const box = '0198d2c4-0000-7000-8000-000000000001';
const owner = '0198d2c4-0000-7000-8000-000000000002';

describe('paths', () => {
  it('are the canonical ones of DESIGN.md 4.7', () => {
    expect(eventSubject('t1', mailboxPath(box, 'messages', 'created'))).toBe(
      `evt.t1.mailboxes.${box}.messages.created`,
    );
    expect(mediaPath(box, 'stored')).toBe(`media.${box}.stored`);
    expect(notificationPath(box, 'failed')).toBe(`notifications.${box}.failed`);
    expect(identityPath('tokens', box, 'issued')).toBe(`identity.tokens.${box}.issued`);
    expect(eventAccess('voicemails.global.messages.created')).toBe('events.voicemails.global.messages.created');
  });

  it('lead to each audience once', () => {
    expect(audiencePaths(box, { type: 'global', ownerUserIds: [] }, 'messages', 'created')).toEqual([
      'voicemails.global.messages.created',
    ]);
    expect(audiencePaths(box, { type: 'group', ownerUserIds: [] }, 'mwi', 'updated')).toEqual([
      `voicemails.groups.${box}.mwi.updated`,
    ]);
    expect(audiencePaths(box, { type: 'personal', ownerUserIds: [owner, box, owner] }, 'messages', 'deleted')).toEqual([
      `users.${owner}.voicemails.messages.deleted`,
      `users.${box}.voicemails.messages.deleted`,
    ]);
    expect(audiencePaths(box, { type: 'personal', ownerUserIds: [] }, 'messages', 'created')).toEqual([]);
  });

  it('name calls and streams by cell', () => {
    expect(rpcSubject(mailboxQueries.getCounts, 'c1')).toBe('query.c1.mailbox.get-counts');
    expect(eventStreamName('c1', 'mailbox')).toBe('EVT_c1_mailbox');
  });
});

describe('parseEventSubject', () => {
  it('takes apart what eventSubject made', () => {
    expect(parseEventSubject(`evt.t1.mailboxes.${box}.mwi.updated`)).toEqual({
      tenantId: 't1',
      path: `mailboxes.${box}.mwi.updated`,
    });
  });

  it.each([
    'evt.t1',
    'evt.t1.',
    'evt..a.b',
    'cmd.c1.mailbox.x',
    'evt.t1.a..b',
    'evt.t1.>',
    'evt.*.a',
    'evt.t1.a b',
    '',
  ])('refuses %j', (subject) => expect(parseEventSubject(subject)).toBeNull());
});

describe('a hostile value', () => {
  const hostile = fc.oneof(
    fc.constantFrom(
      '',
      '.',
      'a.b',
      '*',
      '>',
      'a*',
      'a>',
      'a b',
      'a\tb',
      'a\r\nPUB x',
      'a\u0000',
      'ü',
      `${box}.x`,
      '#',
      '$SYS',
    ),
    fc.string().filter((text) => !/^[A-Za-z0-9_-]+$/.test(text)),
  );

  it.each<[string, (value: string) => unknown]>([
    ['tenant', (value) => eventSubject(value, 'a.b')],
    ['mailbox', (value) => mailboxPath(value, 'messages', 'created')],
    ['verb', (value) => mailboxPath(box, 'messages', value)],
    ['owner', (value) => audiencePaths(box, { type: 'personal', ownerUserIds: [value] }, 'messages', 'created')],
    ['group', (value) => audiencePaths(value, { type: 'group', ownerUserIds: [] }, 'messages', 'created')],
    ['audience verb', (value) => audiencePaths(box, { type: 'global', ownerUserIds: [] }, 'messages', value)],
    ['media', (value) => mediaPath(value, 'stored')],
    ['notification', (value) => notificationPath(value, 'failed')],
    ['identity', (value) => identityPath('users', value, 'created')],
    ['identity verb', (value) => identityPath('users', box, value)],
    ['cell', (value) => callSubject('cmd', value, 'mailbox', 'x')],
    ['stream', (value) => eventStreamName(value, 'media')],
  ])('as %s never becomes part of a subject', (_, build) => {
    fc.assert(
      fc.property(hostile, (value) => {
        expect(() => build(value)).toThrow('not a subject token');
      }),
    );
  });

  it('as a path is refused unless all of its tokens are plain', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        if (/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/.test(value)) {
          expect(parseEventSubject(eventSubject('t1', value))).toEqual({ tenantId: 't1', path: value });
        } else {
          expect(() => eventSubject('t1', value)).toThrow('not a subject token');
        }
      }),
    );
  });
});

describe('serviceSubjects', () => {
  const overlap = (one: string[], other: string[]): boolean => {
    const [a, ...restOfOne] = one;
    const [b, ...restOfOther] = other;
    if (a === '>' || b === '>') return a !== undefined && b !== undefined;
    if (a === undefined || b === undefined) return a === b;
    return (a === b || a === '*' || b === '*') && overlap(restOfOne, restOfOther);
  };

  it('never overlap between services, so that every event is in one stream', () => {
    const areas = Object.entries(serviceSubjects).flatMap(([service, subjects]) =>
      subjects.map((subject) => ({ service, tokens: subject.split('.') })),
    );
    const clashes = areas.flatMap((one) =>
      areas.filter((other) => other.service !== one.service && overlap(one.tokens, other.tokens)),
    );
    expect(clashes).toEqual([]);
  });
});
