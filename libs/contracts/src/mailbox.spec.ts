import { describe, expect, it } from 'vitest';
import { mailboxChanges, newMailbox } from './mailbox.ts';
import { depositMetadata, messageChanges } from './message.ts';

const owner = '0198c5a0-2222-7bbb-8000-000000000002';

describe('a new mailbox', () => {
  it('needs a number and a name; the rest has defaults', () => {
    expect(newMailbox.parse({ number: '1001', name: ' Reception ' })).toEqual({
      number: '1001',
      context: 'default',
      name: 'Reception',
      accessType: 'personal',
      ownerUserIds: [],
      defaultRole: 'agent',
      heardState: 'shared',
      timezone: 'UTC',
      language: 'en',
      quota: {},
      notify: {},
      storage: { type: 'internal' },
      extra: {},
    });
  });

  it('keeps each owner once, whatever the case', () => {
    const input = { number: '1', name: 'a', ownerUserIds: [owner, owner.toUpperCase()] };
    expect(newMailbox.parse(input).ownerUserIds).toEqual([owner]);
  });

  it.each<[string, object]>([
    ['no limit below one', { quota: { maxMessages: 0 } }],
    ['no fraction of a second', { quota: { maxMessageSeconds: 1.5 } }],
    ['no word as a number', { number: 'reception' }],
    ['no blank name', { name: ' \t ' }],
    ['no dots in a context', { context: 'a.b' }],
    ['no broken address', { notify: { email: { to: ['nobody'] } } }],
    ['no unknown access type', { accessType: 'shared' }],
    ['null only where it means something', { ownerUserIds: null }],
  ])('takes %s', (_, wrong) => {
    expect(newMailbox.safeParse({ number: '1001', name: 'Reception', ...wrong }).success).toBe(false);
  });
});

describe('changes of a mailbox', () => {
  it('hold only what was sent, without defaults', () => {
    expect(mailboxChanges.parse({ quota: { maxMessages: null } })).toEqual({ quota: { maxMessages: null } });
    expect(mailboxChanges.parse({})).toEqual({});
  });
});

describe('changes of a message', () => {
  it('are at least one', () => {
    expect(messageChanges.safeParse({}).success).toBe(false);
    expect(messageChanges.safeParse({ heard: undefined }).success).toBe(false);
    expect(messageChanges.parse({ folder: 'urgent-calls' })).toEqual({ folder: 'urgent-calls' });
  });

  it.each(['', 'Inbox', 'a b', '../x', 'x'.repeat(33)])('refuse the folder %j', (folder) => {
    expect(messageChanges.safeParse({ folder }).success).toBe(false);
  });
});

describe('metadata of a deposit', () => {
  it('may be empty', () => {
    expect(depositMetadata.parse({})).toEqual({
      callerNumber: null,
      callerName: null,
      calledNumber: null,
      callId: null,
      urgent: false,
      confidential: false,
    });
  });

  it('never loses a message for a strange caller name', () => {
    expect(depositMetadata.parse({ callerName: 'Zo\u0000e\ud800' }).callerName).toBe('Zo e\ufffd');
  });
});
