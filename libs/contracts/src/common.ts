import { z } from 'zod';

/** Any 128-bit GUID; import keeps foreign ones, so its version is not looked at. Always lower case here. */
export const id = z
  .string()
  .regex(/^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/, 'must be a UUID')
  .transform((text) => text.toLowerCase())
  .meta({ format: 'uuid' });

/** ISO 8601 with an offset or `Z`; kept as UTC with milliseconds. */
export const instant = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text).toISOString())
  .meta({ description: 'ISO 8601 instant with offset or Z' });

export const tenantId = id;
export const userId = id;
export const mailboxId = id;
export const messageId = id;
export const mediaId = id;

const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
};

/** IANA time zone name, for example `Europe/Paris`. */
export const timezone = z.string().max(64).refine(isTimeZone, 'must be an IANA time zone such as Europe/Paris');

/** BCP 47 language tag with a region at most, for example `en` or `fr-CA`. */
export const language = z.string().regex(/^[a-z]{2,3}(-[A-Z]{2})?$/, 'must be a language tag such as en or fr-CA');

export const emailAddress = z.email().max(254);

/** `limit` and `cursor` of every list. The cursor is opaque. */
export const pageQuery = {
  limit: z.number().int().min(1).max(200).default(50),
  cursor: z.string().max(512).optional(),
};

/** One page: `next` is the cursor of the following page, null on the last. */
export const page = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next: z.string().nullable() });

/** Unknown keys that an API dialect must keep, by dialect; 16 kB as JSON at most. */
export const extra = z
  .record(z.string().regex(/^[a-z][a-z0-9-]{0,31}$/), z.record(z.string(), z.json()))
  .refine((value) => Buffer.byteLength(JSON.stringify(value)) <= 16_384, 'must be at most 16384 bytes as JSON');
