import { describe, expect, it } from 'vitest';
import { requireStrongPin } from './pin-policy.ts';

describe('the PIN rule', () => {
  it.each(['1111', '00000000', '1234', '0123', '23456789', '4321', '9876', '87654321'])('refuses %s', (pin) => {
    expect(() => requireStrongPin(pin)).toThrow(expect.objectContaining({ code: 'pin-too-simple' }));
  });

  it.each(['1112', '1235', '1243', '4322', '7890', '9012', '1357', '2026', '90817263'])('takes %s', (pin) => {
    expect(() => requireStrongPin(pin)).not.toThrow();
  });
});
