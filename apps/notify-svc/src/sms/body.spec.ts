import { expect, it } from 'vitest';
import { smsBody } from './body.ts';

const variables = {
  ...{ to: '+351910000000', from: '', text: 'He said: "1 & 2"\n', id: 'd1', tenant: 't1' },
  secrets: { key: 'k/1' },
};

it('puts what is told into JSON without changing its form', () => {
  const body = {
    to: ['{{ to }}'],
    from: '{{ from }}',
    message: { text: '{{ text }}', flash: false },
    key: '{{ secrets.key }}',
  };
  const { contentType, text } = smsBody({ contentType: 'json', body }, variables);
  expect(contentType).toBe('application/json');
  // No sender: no `from`.
  expect(JSON.parse(text)).toEqual({
    ...{ to: ['+351910000000'], key: 'k/1' },
    message: { text: 'He said: "1 & 2"\n', flash: false },
  });
});

it('puts it into a form', () => {
  const body = { number: '{{ to }}', msg: '{{ text }}', from: '{{ from }}', ref: '{{ tenant }}/{{ id }}' };
  const { contentType, text } = smsBody({ contentType: 'form', body }, variables);
  expect(contentType).toBe('application/x-www-form-urlencoded');
  const read = Object.fromEntries(new URLSearchParams(text));
  expect(read).toEqual({ number: '+351910000000', msg: 'He said: "1 & 2"\n', ref: 't1/d1' });
});
