import { z } from 'zod';
import { boundedJson, cleanText } from './text.ts';

// What changes a value here keeps its type (`overwrite`, never `transform`), so that every schema has a JSON Schema.

/** Any 128-bit GUID; import keeps foreign ones, so its version is not looked at. Always lower case here. */
export const id = z
  .string()
  .regex(/^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/, 'must be a UUID')
  .overwrite((text) => text.toLowerCase())
  .meta({ format: 'uuid' });

/** As we write instants ourselves, and `instant` has checked the digits: most texts need not be taken apart. */
const isOurs = (text: string): boolean => text.length === 24 && text.endsWith('Z');

const toUtc = (text: string): string => {
  if (isOurs(text)) return text;
  const time = Date.parse(text);
  return Number.isNaN(time) ? text : new Date(time).toISOString(); // a wrong text has been reported already
};

const lastInstant = Date.parse('9999-12-31T23:59:59.999Z');

/** An offset can lead out of the years that a text can name; databases take fewer years than JavaScript. */
const isInRange = (text: string): boolean => {
  if (isOurs(text)) return text >= '1970';
  const time = Date.parse(text);
  return Number.isNaN(time) || (time >= 0 && time <= lastInstant);
};

/** ISO 8601 with an offset or `Z`, from 1970 to 9999; kept as UTC with milliseconds. */
export const instant = z.iso
  .datetime({ offset: true, error: 'must be an ISO 8601 date and time with offset or Z' })
  .overwrite(toUtc)
  .refine(isInRange, 'must be from 1970-01-01 to 9999-12-31')
  .meta({ description: 'ISO 8601 instant with offset or Z, from 1970-01-01 to 9999-12-31' });

export const tenantId = id;
export const userId = id;
export const mailboxId = id;
export const messageId = id;
export const mediaId = id;

/** One line for people to read. What no database or mail header takes (control characters, lone surrogates) is replaced. */
export const shortText = z.string().overwrite(cleanText).max(128);

const knownTimeZones = new Set<string>();

const isTimeZone = (name: string): boolean => {
  if (knownTimeZones.has(name)) return true;
  if (!/^[A-Za-z]/.test(name)) return false; // Intl takes offsets such as +01:00 too
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
  } catch {
    return false;
  }
  // Asking Intl costs 50 µs, and lists check this per item. Case variants are valid too, hence the bound.
  if (knownTimeZones.size < 1000) knownTimeZones.add(name);
  return true;
};

/** IANA time zone name, for example `Europe/Paris`. */
export const timezone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'must be an IANA time zone such as Europe/Paris')
  .meta({ description: 'IANA time zone name such as Europe/Paris' });

/** BCP 47 language tag with a region at most, for example `en` or `fr-CA`. */
export const language = z.string().regex(/^[a-z]{2,3}(-[A-Z]{2})?$/, 'must be a language tag such as en or fr-CA');

/** As BCP 47 writes it; null for what is no tag. Phones write `_` for `-`, and any case. */
const canonicalTag = (text: string): string | null => {
  try {
    return Intl.getCanonicalLocales(text.replaceAll('_', '-'))[0] ?? null;
  } catch {
    return null;
  }
};

/** Any well-formed BCP 47 language tag, as it was written: `es-419`, `zh-Hant`, `fr_CA`. */
export const languageTag = z
  .string()
  .max(64)
  .refine((text) => canonicalTag(text) !== null, 'must be a language tag such as en, fr-CA or zh-Hant');

/** The same as BCP 47 writes it. */
export const anyLanguage = languageTag.overwrite((text) => canonicalTag(text) ?? text);

export const emailAddress = z.email('must be an e-mail address').max(254);

/** `limit` and `cursor` of every list. The cursor is opaque. */
export const pageQuery = {
  limit: z.number().int().min(1).max(200).default(50),
  cursor: z.string().max(512).optional(),
};

/** One page: `next` is the cursor of the following page, null on the last. */
export const page = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next: z.string().nullable() });

/** Unknown keys that an API dialect must keep, by dialect; 16 kB as JSON at most. */
export const extra = z
  .record(
    z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be the name of a dialect'),
    z.record(z.string(), z.unknown()),
  )
  .superRefine((value, context) => {
    const problem = boundedJson(value, { depth: 16, bytes: 16_384 });
    if (problem !== null) context.addIssue({ code: 'custom', message: problem });
  })
  .meta({ description: 'Unknown keys that an API dialect keeps, by dialect; 16 kB as JSON at most' });
