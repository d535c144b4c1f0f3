import { conflict, invalid, rejected, unavailable } from '@aftertone/kernel';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { reasonOf, verdictOf } from './verdict.ts';

const coded = (code: string, message = 'x'): Error => Object.assign(new Error(message), { code });

describe('what a failure means for an event', () => {
  it.each([
    ['it can never work', 'hopeless', [invalid('bad', 'Bad'), new z.ZodError([])]],
    [
      'it failed',
      'failed',
      [rejected('full', 'Full'), conflict('c', 'C'), new TypeError('bug'), coded('23505'), 'text'],
    ],
    [
      'nothing works now',
      'unavailable',
      [
        unavailable('store-unavailable', 'Down'),
        coded('ECONNREFUSED'),
        coded('57P01'),
        coded('08006'),
        coded('40001'),
        new Error('Connection terminated unexpectedly'),
        new AggregateError([coded('ECONNREFUSED')]),
      ],
    ],
  ] as const)('%s', (_what, verdict, errors) => {
    expect(errors.map(verdictOf)).toEqual(errors.map(() => verdict));
  });
});

describe('the reason that is kept', () => {
  it('is our own text, or the place of a foreign error without its text', () => {
    expect(reasonOf(rejected('mailbox-full', 'The mailbox is full'))).toBe('mailbox-full: The mailbox is full');
    const foreign = reasonOf(coded('22P02', 'invalid input syntax for type integer: "+4915112345"'));
    expect(foreign).toMatch(/^Error 22P02 .*libs\/messaging\/src\/consumer\/verdict\.spec\.ts/);
    expect(foreign).not.toContain('49151');
  });

  it('names fields of a wrong event without their values', () => {
    const { error } = z
      .object({ data: z.object({ caller: z.number() }) })
      .safeParse({ data: { caller: '+4915112345' } });
    expect(reasonOf(error)).toBe('invalid-event: data.caller invalid_type');
  });

  it('tells no path of the machine', () => {
    const error = new Error('x');
    error.stack = 'Error: x\n    at handle (file:///srv/secret-home/app/apps/notify-svc/dist/handle.js:3:5)';
    expect(reasonOf(error)).toBe('Error at handle (apps/notify-svc/dist/handle.js:3:5)');
  });
});
