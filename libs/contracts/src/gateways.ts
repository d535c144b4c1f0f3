import { z } from 'zod';
import { emailAddress, instant, shortText } from './common.ts';
import { boundedJson } from './text.ts';

/** Stands for a secret that is kept, in what is read back and in what is written: there it leaves the secret as it is. */
export const maskedSecret = '********';

/** Set by what sends, or about one connection: a request with another one of these is never sent. */
const ownHeaders = new Set([
  ...['host', 'connection', 'content-length', 'content-type', 'transfer-encoding'],
  ...['expect', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'upgrade'],
]);

export const headerName = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/, 'must be the name of an HTTP header')
  .refine(
    (name) => !ownHeaders.has(name.toLowerCase()),
    'must not be a header of the connection, or one that we set ourselves',
  );
const secretName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, 'must be letters, digits and _');
const secretValue = z
  .string()
  .regex(/^[\x20-\x7e]{1,4096}$/, 'must be 1 to 4096 printable ASCII characters')
  .nullable();

/** A name and what it is; null or the mask leaves the secret as it is. */
const secretsOf = (name: z.ZodType<string, string>) =>
  z.record(name, secretValue).refine((all) => Object.keys(all).length <= 20, 'must be 20 at most');

const areDistinct = (all: object): boolean =>
  new Set(Object.keys(all).map((name) => name.toLowerCase())).size === Object.keys(all).length;

/** Names of headers are the same in upper and lower case: two of them would be sent as one with both values. */
export const headersOf = (name: z.ZodType<string, string>) =>
  secretsOf(name).refine(areDistinct, 'must name a header once, in upper or lower case');

const messageBody = z.record(z.string().min(1).max(64), z.unknown()).superRefine((value, context) => {
  const problem = boundedJson(value, { depth: 8, bytes: 8_192 });
  if (problem !== null) context.addIssue({ code: 'custom', message: problem });
});

const smsFields = {
  url: z.url('must be a URL').max(2_048),
  method: z.enum(['POST', 'PUT']),
  contentType: z.enum(['json', 'form']),
  /**
   * What is sent. Every text in it is a template, filled in with `to`, `from`, `text`, `id`, `tenant` and
   * `secrets.<name>`; nothing that they bring along can change the form around them. A form has texts only.
   */
  body: messageBody.meta({ description: 'JSON whose texts are templates of `to`, `from`, `text`, `id`, `tenant`' }),
  /** Sender; null: as the gateway has it. */
  from: shortText.min(1).nullable(),
  /** Statuses that say that the gateway has taken the text; empty: all from 200 to 299. */
  successStatuses: z.array(z.number().int().min(200).max(299)).max(20),
  /**
   * A longer text is cut. Letters of the GSM alphabet count, `€[]{}\~^|` twice; of a text with others in it only 70 of
   * 160 fit.
   */
  maxCharacters: z.number().int().min(20).max(1_600),
};

/** How texts leave for phones: an HTTP call to a gateway of the tenant's own. */
export const newSmsGateway = z.strictObject({
  url: smsFields.url,
  method: smsFields.method.default('POST'),
  contentType: smsFields.contentType.default('json'),
  /** Headers with their values, which are kept sealed. Absent: as they were. */
  headers: headersOf(headerName).optional(),
  /** Keys and passwords that the gateway wants in the body. Kept sealed. Absent: as they were. */
  secrets: secretsOf(secretName).optional(),
  body: smsFields.body.default({ to: '{{ to }}', from: '{{ from }}', text: '{{ text }}' }),
  from: smsFields.from.default(null),
  successStatuses: smsFields.successStatuses.default([]),
  maxCharacters: smsFields.maxCharacters.default(160),
});
export type NewSmsGateway = z.output<typeof newSmsGateway>;

const masked = z.record(z.string(), z.literal(maskedSecret));

export const smsGateway = z.object({
  ...smsFields,
  headers: masked,
  secrets: masked,
  updatedAt: instant,
  version: z.number().int(),
});
export type SmsGateway = z.output<typeof smsGateway>;

/** What a gateway said to a text that was sent to try it out. */
export const smsTest = z.object({
  outcome: z.enum(['delivered', 'refused', 'failed']),
  /** HTTP status; null: there was no answer. */
  status: z.number().int().nullable(),
  detail: z.string(),
  /** The text as it was sent. */
  text: z.string(),
});

const filled = (pattern: string): string => pattern.replaceAll('{number}', '+4930123456').replaceAll('{digits}', '49');

/** In both patterns `{number}` stands for the number as it is kept (`+4930123456`) and `{digits}` for its digits. */
const faxFields = {
  addressPattern: z
    .string()
    .max(254)
    .refine((pattern) => /\{(number|digits)\}/.test(pattern), 'must have {number} or {digits} in it')
    .refine((pattern) => emailAddress.safeParse(filled(pattern)).success, 'must become an e-mail address'),
  subjectPattern: shortText,
  /** The sender whom the gateway knows; null: as all our e-mails. */
  from: emailAddress.nullable(),
};

/** How pages leave for fax machines: an e-mail with a PDF to an e-mail-to-fax gateway. */
export const newFaxGateway = z.strictObject({
  addressPattern: faxFields.addressPattern,
  subjectPattern: faxFields.subjectPattern.default('Fax to {number}'),
  from: faxFields.from.default(null),
});
export type NewFaxGateway = z.output<typeof newFaxGateway>;

export const faxGateway = z.object({ ...faxFields, updatedAt: instant, version: z.number().int() });
export type FaxGateway = z.output<typeof faxGateway>;
