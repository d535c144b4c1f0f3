import { newId } from '@aftertone/kernel';
import { expect, it } from 'vitest';
import { ReturnPath } from './return-path.ts';
import { returnPathByMessageId } from './settings.ts';

const address = 'bounces@bounce.example.com';
const path = new ReturnPath({ address, secrets: ['a secret of today', 'a secret of yesterday'] });
const id = newId();

it('names the delivery, in an address that every server takes', () => {
  const made = path.addressFor(id);
  expect(made).toMatch(/^bounces\+[0-9a-f]{32}\.[0-9a-f]{16}@bounce\.example\.com$/);
  expect(made.indexOf('@')).toBeLessThanOrEqual(64);
  expect(path.deliveriesIn(made)).toEqual([id]);
  expect(path.deliveriesIn(`Delivered-To: ${made.toUpperCase()}\r\nTo: <${made}>`)).toEqual([id]);
});

it('takes what was signed before the secret was changed', () => {
  const before = new ReturnPath({ address, secrets: ['a secret of yesterday'] });
  expect(path.deliveriesIn(before.addressFor(id))).toEqual([id]);
});

it('takes nothing that we have not signed', () => {
  const made = path.addressFor(id);
  const others = [
    new ReturnPath({ address, secrets: ['another'] }).addressFor(id),
    made.replace(/\+./, (start) => `+${start[1] === '0' ? '1' : '0'}`),
    made.replace('bounce.example', 'other.example'),
    made.replace('bounces+', 'others+'),
    made.replace('.example.com', 'Xexample.com'),
    'bounces@bounce.example.com',
  ];
  for (const other of others) expect(path.deliveriesIn(other)).toEqual([]);
});

it('is for mails of one delivery', () => {
  const of = returnPathByMessageId(path);
  expect(of(`<${id}@example.com>`)).toBe(path.addressFor(id));
  expect(of('<digest-1@example.com>')).toBeNull();
  expect(returnPathByMessageId(null)(`<${id}@example.com>`)).toBeNull();
});
