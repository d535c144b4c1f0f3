import { describe, expect, it } from 'vitest';
import { requireStrongPin } from './pin-policy.ts';

describe('the PIN rule', () => {
  const simple = ['1111', '00000000', '1234', '0123', '23456789', '4321', '9876', '87654321'];
  const throughZero = ['7890', '8901', '9012', '56789012', '0987', '1098', '2109'];

  it.each([...simple, ...throughZero])('refuses %s', (pin) => {
    expect(() => requireStrongPin(pin)).toThrow(expect.objectContaining({ code: 'pin-too-simple' }));
  });

  it.each(['1112', '1235', '1243', '4322', '7891', '9013', '1357', '2026', '90817263'])('takes %s', (pin) => {
    expect(() => requireStrongPin(pin)).not.toThrow();
  });
});
