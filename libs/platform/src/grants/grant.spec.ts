import { createHmac } from 'node:crypto';
import { newId } from '@aftertone/kernel';
import { describe, expect, it } from 'vitest';
import { type Grant, signGrant, verifyGrant } from './grant.ts';

const secret = 'a secret of the installation';
const now = Date.parse('2026-01-01T00:00:00Z');
const sample = (more: Partial<Grant> = {}): Grant => ({
  tenantId: newId(),
  mediaId: newId(),
  verb: 'put',
  expiresAt: now + 60_000,
  ...more,
});

describe('a grant', () => {
  it('tells what it allows until it expires', () => {
    const given = sample({ maxBytes: 1_000, maxSeconds: 60 });
    const text = signGrant(given, secret);
    expect(text).toMatch(/^[\w-]+\.[\w-]{43}$/);
    expect(verifyGrant(text, secret, 'put', now + 59_999)).toEqual(given);
    expect(() => verifyGrant(text, secret, 'put', now + 60_000)).toThrow(
      expect.objectContaining({ code: 'grant-expired', kind: 'rejected' }),
    );
  });

  it('allows nothing when anything about it was changed', () => {
    const text = signGrant(sample(), secret);
    const [payload = '', signature = ''] = text.split('.');
    const other = Buffer.from(JSON.stringify(sample())).toString('base64url');
    const self = createHmac('sha256', 'guessed').update(other).digest('base64url');
    const forged = [
      `${other}.${signature}`,
      `${other}.${self}`,
      `${payload}.`,
      payload,
      '',
      '.',
      `${text}.more`,
      `${payload}.${signature.slice(0, -2)}`,
    ];
    for (const wrong of forged) {
      expect(() => verifyGrant(wrong, secret, 'put', now)).toThrow(expect.objectContaining({ code: 'grant-invalid' }));
    }
    expect(() => verifyGrant(text, 'another secret', 'put', now)).toThrow(
      expect.objectContaining({ code: 'grant-invalid' }),
    );
    expect(() => verifyGrant(text, secret, 'get', now)).toThrow(expect.objectContaining({ code: 'grant-invalid' }));
  });

  it('is not made from something else', () => {
    expect(() => signGrant(sample({ mediaId: '../etc/passwd' }), secret)).toThrow();
    expect(() => signGrant(sample({ maxBytes: 0 }), secret)).toThrow();
  });
});
