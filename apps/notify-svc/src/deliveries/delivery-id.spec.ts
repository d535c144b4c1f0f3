import { isId } from '@aftertone/kernel';
import { expect, it } from 'vitest';
import { deliveryId } from './delivery-id.ts';

const identity = { tenantId: 't', eventId: 'e', channel: 'email', recipient: 'anna@example.test' } as const;

it('is a UUID that depends on the identity alone, and never changes', () => {
  expect(deliveryId(identity)).toBe(deliveryId({ ...identity }));
  expect(deliveryId(identity)).toBe('f89777a1-cc8e-52f7-8627-c8fc90b49dd0');
  expect(isId(deliveryId(identity))).toBe(true);
});

it('differs by each of its parts, also where their texts could run together', () => {
  const others = [
    { tenantId: 'u' },
    { eventId: 'f' },
    { recipient: 'ben@example.test' },
    { tenantId: 'te', eventId: '' },
  ];
  const ids = [{}, ...others].map((change) => deliveryId({ ...identity, ...change }));
  expect(new Set(ids).size).toBe(ids.length);
});
