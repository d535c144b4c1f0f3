import { expect, it } from 'vitest';
import { cleanDetail } from '../email/smtp-failure.ts';
import { hiddenTexts } from './caller-data.ts';

const payload = {
  mailboxId: 'box-1',
  message: { callerName: 'Zoé "Z" Caller', callerNumber: '+33155501234', folder: 'inbox', content: { type: 'none' } },
};
const told = (answer: string): string => cleanDetail(answer, hiddenTexts(payload, ['whsec_abc']));

it.each([
  'no such caller: Zoé "Z" Caller',
  JSON.stringify({ error: { name: 'Zoé "Z" Caller', number: '+33155501234' } }),
  '{"name":"Zo\\u00e9 \\"Z\\" Caller"}',
  `?name=${encodeURIComponent('Zoé "Z" Caller')}&number=%2B33155501234`,
  'wrong key whsec_abc',
])('hides callers and secrets in %s', (answer) => {
  expect(told(answer)).not.toMatch(/Zo|Caller"|33155501234|whsec_/);
});

it('leaves the rest as it is', () => {
  expect(told('no folder inbox in box-1')).toBe('no folder inbox in box-1');
});
