import { createECDH } from 'node:crypto';
import { expect, it } from 'vitest';
import { isPushKey } from './push-key.ts';

it('is an uncompressed point on P-256, and nothing else', () => {
  const curve = createECDH('prime256v1');
  const key = curve.generateKeys();
  expect(isPushKey(key.toString('base64url'))).toBe(true);
  expect(isPushKey('A'.repeat(87))).toBe(false);
  expect(isPushKey(curve.getPublicKey('base64url', 'compressed'))).toBe(false);
  const beside = Buffer.from(key);
  beside[64] = (beside[64] ?? 0) ^ 1;
  expect(isPushKey(beside.toString('base64url'))).toBe(false);
});
