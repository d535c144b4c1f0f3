import { maskedSecret } from '@aftertone/contracts';
import type { Secrets } from '@aftertone/event-store';
import { invalid } from '@aftertone/kernel';
import { z } from 'zod';

/** What an SMS gateway lets us in by. */
export interface SealedParts {
  headers: Readonly<Record<string, string>>;
  secrets: Readonly<Record<string, string>>;
}

export const nothingSealed: SealedParts = { headers: {}, secrets: {} };

/** Where they are kept sealed. */
export const sealedOwner = 'gateway:sms';

const stored = z.object({ headers: z.record(z.string(), z.string()), secrets: z.record(z.string(), z.string()) });

export const openSealed = async (secrets: Secrets, tenantId: string): Promise<SealedParts> => {
  const text = (await secrets.open(tenantId, [sealedOwner])).get(sealedOwner);
  return text === undefined ? nothingSealed : stored.parse(JSON.parse(text));
};

type Given = Readonly<Record<string, string | null>> | undefined;

const kept = (part: keyof SealedParts, given: Given, before: SealedParts['headers']): SealedParts['headers'] => {
  if (given === undefined) return before;
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const plain = value === null || value === maskedSecret ? before[name] : value;
      if (plain !== undefined) return [name, plain];
      throw invalid('sms-gateway-invalid', 'There is no secret that could stay as it is', {
        errors: [{ path: `${part}.${name}`, message: 'must be given: nothing is kept under this name yet' }],
      });
    }),
  );
};

/**
 * What holds after a write: a list that is absent leaves all as it is, null or the mask leaves the one. Throws
 * `sms-gateway-invalid` for a name that nothing is kept of.
 */
export const sealedAfter = (given: { headers?: Given; secrets?: Given }, before: SealedParts): SealedParts => ({
  headers: kept('headers', given.headers, before.headers),
  secrets: kept('secrets', given.secrets, before.secrets),
});
