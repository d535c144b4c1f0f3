import { timingSafeEqual } from 'node:crypto';
import { mediaId, tenantId } from '@aftertone/contracts';
import { rejected } from '@aftertone/kernel';
import { z } from 'zod';
import { hmacSha256 } from '../hmac.ts';

export const grant = z.strictObject({
  tenantId,
  mediaId,
  verb: z.enum(['put', 'get']),
  /** Milliseconds since 1970. */
  expiresAt: z.number().int(),
  /** Largest upload; only of `put`. */
  maxBytes: z.number().int().min(1).optional(),
  /** Longest recording; only of `put`. */
  maxSeconds: z.number().int().min(1).optional(),
});

/**
 * How long a grant is good for, milliseconds: it is used at once, but by a service whose clock may be minutes off from
 * that of the one who signed it.
 */
const lifetimeMs = 15 * 60_000;

/** When a grant that is signed now expires, milliseconds since 1970. */
export const grantExpiry = (now: number = Date.now()): number => now + lifetimeMs;

/** Leave to do one thing with one media object for a short time, signed by who checked the rights. */
export type Grant = z.output<typeof grant>;
export type GrantVerb = Grant['verb'];

/** `<base64url of the JSON>.<base64url of its HMAC-SHA256>`. */
export const signGrant = (content: z.input<typeof grant>, secret: string): string => {
  const payload = Buffer.from(JSON.stringify(grant.parse(content))).toString('base64url');
  return `${payload}.${hmacSha256(secret, payload).toString('base64url')}`;
};

const parsed = (payload: string): Grant | undefined => {
  try {
    return grant.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString())).data;
  } catch {
    return undefined;
  }
};

/**
 * What a grant allows. Throws `grant-invalid` when it was not signed with `secret` or is for another verb, and
 * `grant-expired`.
 */
export const verifyGrant = (text: string, secret: string, verb: GrantVerb, now: number = Date.now()): Grant => {
  const [payload = '', given = '', ...rest] = text.split('.');
  const sent = Buffer.from(given, 'base64url');
  const expected = hmacSha256(secret, payload);
  const authentic = rest.length === 0 && sent.length === expected.length && timingSafeEqual(sent, expected);
  const content = authentic ? parsed(payload) : undefined;
  if (content === undefined || content.verb !== verb) {
    throw rejected('grant-invalid', 'The grant does not allow this');
  }
  if (content.expiresAt <= now) throw rejected('grant-expired', 'The grant has expired');
  return content;
};
