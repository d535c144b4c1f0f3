import type { Clock } from '@aftertone/kernel';
import { importPKCS8, SignJWT } from 'jose';

/** A signing key of Apple's developer portal. */
export interface ApnsKey {
  teamId: string;
  keyId: string;
  /** PEM, PKCS #8: the contents of the `.p8` file. */
  privateKey: string;
}

/** Apple refuses tokens older than an hour, and senders that make new ones more often than every 20 minutes. */
const keptMs = 45 * 60_000;

interface ProviderToken {
  token: Promise<string>;
  madeAt: number;
}

const sign = async ({ teamId, keyId, privateKey }: ApnsKey, now: Date): Promise<string> =>
  new SignJWT({})
    .setProtectedHeader({ alg: 'ES256', kid: keyId })
    .setIssuer(teamId)
    .setIssuedAt(Math.floor(now.getTime() / 1000))
    .sign(await importPKCS8(privateKey, 'ES256'));

/** Provider tokens, one for each key, each kept for 45 minutes. */
export const apnsTokens = (clock: Clock) => {
  const kept = new Map<string, ProviderToken>();
  const idOf = ({ teamId, keyId, privateKey }: ApnsKey): string => JSON.stringify([teamId, keyId, privateKey]);
  return {
    /** Rejects when the key cannot be read. */
    tokenFor: (key: ApnsKey): Promise<string> => {
      const id = idOf(key);
      const now = clock();
      const known = kept.get(id);
      if (known !== undefined && now.getTime() - known.madeAt < keptMs) return known.token;
      const token = sign(key, now);
      kept.set(id, { token, madeAt: now.getTime() });
      token.catch(() => kept.delete(id));
      return token;
    },
    /** `expired` was refused; whoever was refused with it too gets the same new one. */
    replace: async (key: ApnsKey, expired: string): Promise<void> => {
      const id = idOf(key);
      const known = kept.get(id);
      if (known !== undefined && (await known.token) === expired && kept.get(id) === known) kept.delete(id);
    },
  };
};
