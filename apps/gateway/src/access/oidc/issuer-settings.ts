import { id, tenant } from '@aftertone/contracts';
import { z } from 'zod';

/** Only signatures by a private key: a shared secret would let whoever checks tokens make them. */
const algorithm = z.enum(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']);

const isLoopback = ({ hostname }: URL): boolean => /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);

/** Keys that come over an open line could be anybody's. */
export const isSafeAddress = (text: string): boolean => {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
};

const address = z
  .string()
  .max(2_048)
  .refine(isSafeAddress, 'must be an https:// URL (http:// only on the same machine)');
const claimName = z.string().min(1).max(256);

/** One OpenID Connect issuer whose tokens are taken, as `OIDC_ISSUERS` lists them. */
export const issuerSettings = z
  .strictObject({
    /** Exactly as the tokens' `iss` has it. */
    issuer: address,
    /** What the tokens' `aud` must hold. */
    audience: z.string().min(1).max(512),
    /** Where the keys are; told by the issuer (`/.well-known/openid-configuration`) when absent. */
    jwksUrl: address.optional(),
    /** Id or name of the tenant whose users all of the tokens are for. */
    tenant: z.union([id, tenant.shape.name]).optional(),
    /** Or the claim that holds it: whoever runs the issuer then speaks for every tenant of the platform. */
    tenantClaim: claimName.optional(),
    usernameClaim: claimName.default('preferred_username'),
    algorithms: z.array(algorithm).min(1).default(['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA']),
    /** A token is taken for so long after its `iat`, and never longer than its `exp`. */
    maxAgeSeconds: z.number().int().min(1).max(31_536_000).default(86_400),
  })
  .refine(
    (issuer) => (issuer.tenant === undefined) !== (issuer.tenantClaim === undefined),
    'must have either tenant or tenantClaim',
  );
export type IssuerSettings = z.output<typeof issuerSettings>;

/** A JSON array of issuers; none when it is absent. */
export const issuerList = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue('must be a JSON array of issuers');
      return z.NEVER;
    }
  })
  .pipe(z.array(issuerSettings).max(20))
  .default([]);
