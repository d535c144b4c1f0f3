import { expect, it } from 'vitest';
import { cleanDetail } from './smtp-failure.ts';

it('tells the answer in one line, without what the caller said about himself', () => {
  const answer = '550 5.7.1 Subject "call from Zoé Caller (+33155501234)"\r\nlooks like spam';
  expect(cleanDetail(answer, ['Zoé Caller', '+33155501234', null])).toBe(
    '550 5.7.1 Subject "call from … (…)" looks like spam',
  );
});

it('is short', () => expect(cleanDetail('x'.repeat(5_000), [])).toHaveLength(300));

it('leaves texts too short to give anybody away', () => expect(cleanDetail('451 later', ['1'])).toBe('451 later'));
