import { expect, it } from 'vitest';
import { cleanDetail } from './clean-detail.ts';

it('tells the answer in one line, without what the caller said about himself', () => {
  const answer = '550 5.7.1 Subject "call from Zoé Caller (+33155501234)"\r\nlooks like spam';
  expect(cleanDetail(answer, ['Zoé Caller', '+33155501234', null])).toBe(
    '550 5.7.1 Subject "call from … (…)" looks like spam',
  );
});

it('is short', () => expect(cleanDetail('x'.repeat(5_000), [])).toHaveLength(300));

const secret = 'SECRET "é" SMS+2/x';
it.each([
  ['as it is', secret],
  ['in JSON', JSON.stringify(secret)],
  ['in JSON of ASCII', '"SECRET \\"\\u00e9\\" SMS+2/x"'],
  ['in JSON of ASCII, upper case', '"SECRET \\"\\u00E9\\" SMS+2/x"'],
  ['in a URL', encodeURIComponent(secret)],
  ['in a form', new URLSearchParams({ u: secret }).toString()],
  ['in capitals', secret.toUpperCase()],
])('hides a text that comes back %s', (_how, quoted) => {
  expect(cleanDetail(`no ${quoted}.`, [secret])).not.toMatch(/secret|sms|2f|%C3/i);
});

it('hides a number without its plus', () => {
  expect(cleanDetail('no 33155501234 here', ['+33155501234'])).toBe('no … here');
});

it.each([
  ['王伟', '550 user 王伟 is not welcome', '550 user … is not welcome'],
  ['王伟', '550 拒绝王伟先生', '550 拒绝…先生'],
  ['王伟', '550 =%E7%8E%8B%E4%BC%9F', '550 =…'],
  ['Al', '550 Also Al, al and Aljoscha', '550 Also …, … and Aljoscha'],
  ['1', '451 4.7.1 later, 1 of 21', '451 4.7.1 later, … of 21'],
  ['', '451 later', '451 later'],
])('hides %s, however short, and no part of another word', (name, answer, told) => {
  expect(cleanDetail(answer, [name])).toBe(told);
});
