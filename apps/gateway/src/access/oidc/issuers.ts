import { id, tenant, username } from '@aftertone/contracts';
import { DomainError } from '@aftertone/kernel';
import { decodeJwt, type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';
import { IssuerKeys, type KeyTimes } from './issuer-keys.ts';
import type { IssuerSettings } from './issuer-settings.ts';

/** What a token of another issuer says. */
export interface Claims {
  /** Id or name. */
  tenant: string;
  username: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/** Clocks differ by so much. */
const toleranceSeconds = 10;
const longestToken = 8_192;
const looksLikeJwt = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** RFC 8725 3.11: a token that was made for something else (a logout, a proof) is no access token. */
const tokenTypes: ReadonlySet<string> = new Set(['jwt', 'at+jwt', 'application/at+jwt']);

const claims = z.object({ tenant: z.union([id, tenant.shape.name]), username, exp: z.number(), iat: z.number() });

interface Issuer {
  settings: IssuerSettings;
  keys: IssuerKeys;
}

const own = (payload: JWTPayload, name: string): unknown => (Object.hasOwn(payload, name) ? payload[name] : undefined);

const issuerOf = (token: string): string | undefined => {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
};

const read = (payload: JWTPayload, settings: IssuerSettings): Claims | null => {
  const { tenant: fixed, tenantClaim, usernameClaim, maxAgeSeconds } = settings;
  // Anybody can write somebody else's address into a profile.
  if (usernameClaim === 'email' && payload.email_verified === false) return null;
  const { data } = claims.safeParse({
    tenant: tenantClaim === undefined ? fixed : own(payload, tenantClaim),
    username: own(payload, usernameClaim),
    exp: payload.exp,
    iat: payload.iat,
  });
  if (data === undefined) return null;
  const endsAt = Math.min(data.exp, data.iat + maxAgeSeconds) + toleranceSeconds;
  return { tenant: data.tenant, username: data.username, expiresAt: endsAt * 1_000 };
};

/** Whatever jose does not like is no valid token; only an issuer that cannot be asked says nothing about it. */
const verified = async (token: string, { settings, keys }: Issuer): Promise<JWTPayload | null> => {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keys.find, {
      issuer: settings.issuer,
      audience: settings.audience,
      algorithms: settings.algorithms,
      clockTolerance: toleranceSeconds,
      maxTokenAge: settings.maxAgeSeconds,
      requiredClaims: ['exp', 'iat'],
    });
    return tokenTypes.has((protectedHeader.typ ?? 'jwt').toLowerCase()) ? payload : null;
  } catch (error) {
    if (error instanceof DomainError) throw error;
    return null;
  }
};

/** The OpenID Connect issuers whose tokens are taken beside our own. */
export class Issuers {
  private readonly issuers: readonly Issuer[];

  constructor(list: readonly IssuerSettings[], times?: KeyTimes) {
    this.issuers = list.map((settings) => ({ settings, keys: new IssuerKeys(settings, times) }));
  }

  /** Null when the token is none of theirs or not valid; throws `issuer-unavailable` when that cannot be found out. */
  async claims(token: string): Promise<Claims | null> {
    if (this.issuers.length === 0 || token.length > longestToken || !looksLikeJwt.test(token)) return null;
    const iss = issuerOf(token);
    // One issuer may serve several tenants, each with an audience of its own.
    for (const issuer of this.issuers) {
      const payload = issuer.settings.issuer === iss ? await verified(token, issuer) : null;
      if (payload !== null) return read(payload, issuer.settings);
    }
    return null;
  }
}
