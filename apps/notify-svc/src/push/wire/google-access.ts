import type { Clock } from '@aftertone/kernel';
import { importPKCS8, SignJWT } from 'jose';
import { z } from 'zod';
import type { HttpOut } from '../../http-out/http-out.ts';

/** The parts that we use of the JSON file that Google gives for a service account. */
export const serviceAccount = z.object({
  project_id: z.string().min(1),
  client_email: z.string().min(1),
  private_key_id: z.string().optional(),
  /** PEM, PKCS #8. */
  private_key: z.string().includes('PRIVATE KEY'),
  token_uri: z.url(),
});
export type ServiceAccount = z.output<typeof serviceAccount>;

const scope = 'https://www.googleapis.com/auth/firebase.messaging';
const grantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const lifetimeSeconds = 3600;
/** An access token is not used when it has less than this left. */
const marginMs = 120_000;

const tokenAnswer = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

/** Why there is no access token; the message is one line without secrets. */
export class NoAccess extends Error {
  readonly status: number | null;
  readonly retryAfterMs: number | null;

  constructor(message: string, { status, retryAfterMs }: { status: number | null; retryAfterMs: number | null }) {
    super(message);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

interface Access {
  token: string;
  usableUntil: number;
}

const assertionOf = async (account: ServiceAccount, now: Date): Promise<string> => {
  const key = await importPKCS8(account.private_key, 'RS256');
  const issuedAt = Math.floor(now.getTime() / 1000);
  return new SignJWT({ scope })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(account.private_key_id && { kid: account.private_key_id }) })
    .setIssuer(account.client_email)
    .setAudience(account.token_uri)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + lifetimeSeconds)
    .sign(key);
};

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
};

/** RFC 6749 and 7523: why there is no token. Whatever else stands there may be a text of ours. */
const refusal = z.object({
  error: z.literal([
    'invalid_request',
    'invalid_client',
    'invalid_grant',
    'unauthorized_client',
    'unsupported_grant_type',
    'invalid_scope',
  ]),
});

const errorIn = (body: string): string => refusal.safeParse(parsed(body)).data?.error ?? '';

/** Access tokens for service accounts (RFC 7523), kept until shortly before their end. */
export const googleAccess = (http: HttpOut, clock: Clock) => {
  const known = new Map<string, Promise<Access>>();

  const fetchAccess = async (account: ServiceAccount): Promise<Access> => {
    const now = clock();
    const assertion = await assertionOf(account, now).catch(() => {
      throw new NoAccess('the private key of the service account cannot be read', { status: null, retryAfterMs: null });
    });
    // Not the signal of whoever asks first: others wait for the same token. The call has a time limit of its own.
    const answer = await http.call(
      {
        url: account.token_uri,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ grant_type: grantType, assertion }).toString(),
      },
      new AbortController().signal,
    );
    const { data } = tokenAnswer.safeParse(parsed(answer.body));
    if (answer.kind !== 'ok' || data === undefined) {
      throw new NoAccess(`no access token: ${answer.detail} ${errorIn(answer.body)}`.trim(), answer);
    }
    return { token: data.access_token, usableUntil: now.getTime() + data.expires_in * 1000 - marginMs };
  };

  const keyOf = ({ client_email, private_key, token_uri }: ServiceAccount): string =>
    JSON.stringify([client_email, private_key, token_uri]);

  return {
    /** Rejects with `NoAccess`. */
    tokenFor: async (account: ServiceAccount): Promise<string> => {
      const key = keyOf(account);
      const fresh = (): Promise<Access> => {
        const fetching = fetchAccess(account);
        known.set(key, fetching);
        fetching.catch(() => known.get(key) === fetching && known.delete(key));
        return fetching;
      };
      const kept = known.get(key);
      if (kept !== undefined) {
        const { token, usableUntil } = await kept;
        if (usableUntil > clock().getTime()) return token;
        if (known.get(key) === kept) known.delete(key);
      }
      return (await (known.get(key) ?? fresh())).token;
    },
    /** The service did not take it. */
    forget: (account: ServiceAccount): void => {
      known.delete(keyOf(account));
    },
  };
};
