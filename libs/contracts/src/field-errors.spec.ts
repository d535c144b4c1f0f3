import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fieldErrors } from './field-errors.ts';
import { memberGrant, newMailbox } from './mailbox.ts';
import { mailboxCommands } from './rpc/mailbox.ts';

const errorsOf = (input: unknown) => {
  const { error } = newMailbox.safeParse(input);
  return error ? fieldErrors(error) : [];
};

describe('fieldErrors', () => {
  it('names each unknown field with its path', () => {
    expect(errorsOf({ number: '1', name: 'a', foo: 1, quota: { bar: 1, baz: 2 } })).toEqual([
      { path: 'quota.bar', message: 'is not a known field' },
      { path: 'quota.baz', message: 'is not a known field' },
      { path: 'foo', message: 'is not a known field' },
    ]);
  });

  it('says which field is missing and which element of a list is wrong', () => {
    expect(errorsOf({ number: '1', ownerUserIds: ['x'] })).toEqual([
      { path: 'name', message: 'is required' },
      { path: 'ownerUserIds.0', message: 'must be a UUID' },
    ]);
  });

  it('tells why the key of a record is wrong', () => {
    expect(errorsOf({ number: '1', name: 'a', extra: { Wazo: {} } })).toEqual([
      { path: 'extra.Wazo', message: 'must be the name of a dialect' },
    ]);
  });

  it('names an unknown field inside a batch action', () => {
    const input = {
      ids: ['6f9619ff-8b86-d011-b42d-00cf4fc964ff'],
      run: { action: 'delete', mailboxId: '6f9619ff-8b86-d011-b42d-00cf4fc964ff' },
    };
    const { error } = mailboxCommands.batchMessages.input.safeParse(input);
    expect(error && fieldErrors(error)).toEqual([{ path: 'run.mailboxId', message: 'is not a known field' }]);
  });

  it.each([
    [{ role: 'owner' }, [{ path: 'grant.role', message: expect.stringContaining('"manager"') }]],
    [{ rights: ['listen', 'foo'] }, [{ path: 'grant.rights.1', message: expect.stringContaining('"listen"') }]],
    [{ rights: [] }, [{ path: 'grant.rights', message: expect.stringContaining('>=1') }]],
    [{ role: 'agent', rights: ['listen'] }, [{ path: 'grant', message: expect.stringContaining('exactly one of') }]],
    [{}, [{ path: 'grant', message: expect.stringContaining('exactly one of') }]],
    [7, [{ path: 'grant', message: expect.stringContaining('exactly one of') }]],
  ])('says of alternatives what is wrong with the one that was meant: %j', (grant, problems) => {
    const { error } = z.object({ grant: memberGrant }).safeParse({ grant });
    expect(error && fieldErrors(error)).toEqual(problems);
  });

  it('stays short whatever was sent', () => {
    const hostile = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`${n}${'x'.repeat(1_000)}`, n]));
    const errors = errorsOf(hostile);
    expect(errors.length).toBeLessThanOrEqual(50);
    expect(JSON.stringify(errors).length).toBeLessThan(15_000);
  });
});
