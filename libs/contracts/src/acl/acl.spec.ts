import { describe, expect, it } from 'vitest';
import { rolePolicies } from '../identity.ts';
import { eventAccess, mailboxPath } from '../subjects.ts';
import { aclAllows, compileAcl, requiredAccess } from './acl.ts';

type Row = [patterns: string[], required: string, allowed: boolean];

/** Every row of the table in wazo.md section 4 (reproduced there on the original matcher). */
const table: Row[] = [
  [['calld.users.me.#'], 'calld.users.me.voicemails.read', true],
  [['calld.users.me.#'], 'calld.users.U.voicemails.read', true],
  [['calld.users.me.#'], 'calld.users.V.voicemails.read', false],
  [['calld.users.me.#'], 'calld.users.me', false],
  [['events.users.me.#'], 'events.users.U.voicemails', true],
  [['events.users.me.#'], 'events.users.U.voicemails.transcriptions.created', true],
  [['events.users.me.*'], 'events.users.U.voicemails', true],
  [['events.users.me.*'], 'events.users.U.voicemails.transcriptions.created', false],
  [['events.voicemails.global.messages.#'], 'events.voicemails.global.messages.created', true],
  [['events.voicemails.global.messages.#'], 'events.voicemails.global.transcriptions.created', false],
  [['confd.voicemails.*.read'], 'confd.voicemails.12.read', true],
  [['confd.voicemails.*.read'], 'confd.voicemails.read', false],
  [['confd.voicemails.*.read'], 'confd.voicemails.transcription.read', true],
  [['confd.voicemails.*.read'], 'confd.voicemails..read', true],
  [['confd.users.me.#.read'], 'confd.users.U.voicemails.read', true],
  [['confd.users.me.#.read'], 'confd.users.U.read', false],
  [['confd.users.me.#.read'], 'confd.users.42.voicemails.read', false],
  [['calld.#', '!calld.voicemails.#'], 'calld.voicemails.1.read', false],
  [['calld.#', '!calld.voicemails.#'], 'calld.users.me.voicemails.read', true],
  [['foo.me.bar', '!foo.me.bar', 'foo.me.bar'], 'foo.me.bar', false],
  [['!foo.#'], 'bar', false],
  [['foo.bar.#.titi'], 'foo.bar.toto.tata.titi', true],
  [['foo.bar.#.titi'], 'foo.bar.titi', false],
  [['confd.voicemails.*.edit'], 'confd.voicemails.1.update', true],
  [['confd.voicemails.*.update'], 'confd.voicemails.1.edit', false],
  [['foo.bar.#'], 'foo.bar.*', true],
  [['foo.bar.#'], 'foo.bar', false],
  [['foo.*.*'], 'foo.bar.toto', true],
  [['foo.*.*'], 'foo.bar.#', false],
  [['foo.*.*'], 'foo.bar.toto.tata', false],
  [['#'], '', true],
  [['#'], 'a.b#c.*', true],
  [['*'], 'single', true],
  [['*'], '', true],
  [['*'], 'two.segments', false],
];

describe('aclAllows', () => {
  it.each(table)('%j, required %s: %s', (patterns, required, allowed) => {
    expect(aclAllows(patterns, required, { authId: 'U', sessionId: 'S' })).toBe(allowed);
  });

  it.each<[string, boolean]>([
    ['foo.me.bar', true],
    ['foo.123.bar', false],
  ])('%s with foo.*.bar and !foo.123.bar for user 123: %s', (required, allowed) => {
    expect(aclAllows(['foo.*.bar', '!foo.123.bar'], required, { authId: '123' })).toBe(allowed);
  });

  it('lets everybody do what needs no access, and nobody anything with an empty list', () => {
    expect(aclAllows([], null, { authId: 'U' })).toBe(true);
    expect(aclAllows(['!#'], null, { authId: 'U' })).toBe(true);
    expect(aclAllows([], '', { authId: 'U' })).toBe(false);
    expect(aclAllows([''], '', { authId: 'U' })).toBe(true);
  });

  it('knows the words only as whole segments', () => {
    const who = { authId: 'U', sessionId: 'S' };
    expect(aclAllows(['foo.meme'], 'foo.UU', who)).toBe(false);
    expect(aclAllows(['foo.me*'], 'foo.Ux', who)).toBe(false);
    expect(aclAllows(['foo.me*'], 'foo.mex', who)).toBe(true);
    expect(aclAllows(['me'], 'U', who)).toBe(true);
    expect(aclAllows(['auth.my_session.read'], 'auth.S.read', who)).toBe(true);
    expect(aclAllows(['auth.my_session.read'], 'auth.my_session.read', { authId: 'U' })).toBe(true);
    expect(aclAllows(['auth.my_session.read'], 'auth..read', { authId: 'U' })).toBe(false);
  });

  it('takes the identity literally', () => {
    expect(aclAllows(['foo.me'], 'foo.anything', { authId: '#' })).toBe(false);
    expect(aclAllows(['foo.me'], 'foo.#', { authId: '#' })).toBe(true);
    expect(aclAllows(['foo.me'], 'fooxa', { authId: '.a' })).toBe(false);
  });

  it('is case-sensitive and reads the whole text', () => {
    expect(aclAllows(['foo.bar'], 'foo.Bar', { authId: 'U' })).toBe(false);
    expect(aclAllows(['foo.bar'], 'foo.bar.x', { authId: 'U' })).toBe(false);
    expect(aclAllows(['foo.bar'], 'foo.bar\n', { authId: 'U' })).toBe(false);
    expect(aclAllows(['foo.#'], 'foo.a\nb', { authId: 'U' })).toBe(true);
  });
});

describe('compileAcl', () => {
  it('is shared by equal lists of one identity and by no other', () => {
    const acl = compileAcl(['users.me.#'], { authId: 'U', sessionId: 'S' });
    expect(compileAcl(['users.me.#'], { authId: 'U', sessionId: 'S' })).toBe(acl);
    expect(compileAcl(['users.me.#'], { authId: 'V', sessionId: 'S' })('users.U.x')).toBe(false);
    expect(compileAcl(['users.me', '#'], { authId: 'U' })('users.V')).toBe(true);
    expect(compileAcl(['users.me,#'], { authId: 'U' })('users.V')).toBe(false);
  });

  it('forgets what has not been asked for long', () => {
    const first = compileAcl(['a'], { authId: 'first' });
    for (let n = 0; n < 600; n++) compileAcl(['a'], { authId: `other ${n}` });
    expect(compileAcl(['a'], { authId: 'first' })).not.toBe(first);
  });
});

describe('requiredAccess', () => {
  it('puts values in and never lets one add a segment', () => {
    expect(requiredAccess('aftertone.mailboxes.{id}.read', { id: '12' })).toBe('aftertone.mailboxes.12.read');
    expect(requiredAccess('a.{x}.{y}', { x: '1.2', y: '..' })).toBe('a.1_2.__');
    expect(requiredAccess('a.{x}', { x: '$&{y}' })).toBe('a.$&{y}');
  });

  it('fails on a missing value', () => {
    expect(() => requiredAccess('a.{x}', {})).toThrow('{x}');
    expect(() => requiredAccess('a.{toString}', {})).toThrow('{toString}');
  });
});

describe('the built-in policies', () => {
  const box = '0198d2c4-0000-7000-8000-000000000001';
  const user = compileAcl(rolePolicies.user, { authId: 'U' });
  const admin = compileAcl(rolePolicies.admin, { authId: 'A' });

  it('show a user the own copies and the global ones, an administrator all', () => {
    const canonical = eventAccess(mailboxPath(box, 'messages', 'created'));
    expect(user(canonical)).toBe(false);
    expect(user('events.users.V.voicemails.messages.created')).toBe(false);
    expect(user('events.users.U.voicemails.messages.created')).toBe(true);
    expect(user('events.voicemails.global.mwi.updated')).toBe(true);
    expect(admin(canonical)).toBe(true);
  });

  it('keep administration from users', () => {
    expect(user('aftertone.users.create')).toBe(false);
    expect(user('aftertone.mailboxes.create')).toBe(false);
    expect(user('aftertone.mailboxes.12.messages.create')).toBe(true);
    expect(admin('aftertone.users.create')).toBe(true);
  });
});
