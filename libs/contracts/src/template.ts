import { z } from 'zod';
import { emailAddress, instant, language, shortText, timezone } from './common.ts';

/**
 * What is written. `email`: about a new message; `text`: the short e-mail; `sms`; `fax`: the lines of a page; `digest`:
 * several messages in one e-mail; `mailbox-full`; `webhook-paused`; `external-failed`: a message could not be sent to where
 * it is kept; `escalation`: nobody took care of a message in time.
 */
export const templateKind = z.enum([
  'email',
  'text',
  'sms',
  'fax',
  'digest',
  'mailbox-full',
  'webhook-paused',
  'external-failed',
  'escalation',
]);
export type TemplateKind = z.output<typeof templateKind>;

export const templatePart = z.enum(['subject', 'text', 'html']);
export type TemplatePart = z.output<typeof templatePart>;

const mail: readonly TemplatePart[] = ['subject', 'text', 'html'];

/** Of what each kind consists. */
export const templateParts: Readonly<Record<TemplateKind, readonly TemplatePart[]>> = {
  email: mail,
  text: ['subject', 'text'],
  sms: ['text'],
  fax: ['text'],
  digest: mail,
  'mailbox-full': mail,
  'webhook-paused': mail,
  'external-failed': mail,
  escalation: mail,
};

const source = (longest: number) => z.string().min(1).max(longest).nullable();

const parts = { subject: source(1_000), text: source(32_768), html: source(131_072) };

/** Null: as the next template has it. Text and HTML go together: a text without an HTML beside it is sent alone. */
export const templateContent = z.object(parts);
export type TemplateContent = z.output<typeof templateContent>;

/** Absent is null. */
export const newTemplate = z
  .strictObject({
    subject: parts.subject.default(null),
    text: parts.text.default(null),
    html: parts.html.default(null),
  })
  .refine(
    ({ subject, text, html }) => subject !== null || text !== null || html !== null,
    'must have a `subject`, a `text` or an `html`',
  );
export type NewTemplate = z.output<typeof newTemplate>;

export const templateKey = z.strictObject({ kind: templateKind, language });
export type TemplateKey = z.output<typeof templateKey>;

/** What a template can be used with, but hardly as it was meant. */
export const templateWarning = z.object({
  part: templatePart,
  /** From 1. */
  line: z.number().int(),
  column: z.number().int(),
  message: z.string(),
});
export type TemplateWarning = z.output<typeof templateWarning>;

/** One template of a tenant. */
export const template = z.object({
  ...templateKey.shape,
  ...templateContent.shape,
  warnings: z.array(templateWarning),
  updatedAt: instant,
  version: z.number().int(),
});
export type Template = z.output<typeof template>;

/** What is in force for a kind and a language: the tenant's own, or what comes with Aftertone. */
export const templateInForce = z.object({
  ...templateKey.shape,
  ...templateContent.shape,
  warnings: z.array(templateWarning),
  /** It comes with Aftertone: `updatedAt` and `version` are null then. */
  builtIn: z.boolean(),
  updatedAt: instant.nullable(),
  version: z.number().int().nullable(),
});
export type TemplateInForce = z.output<typeof templateInForce>;

/** What a preview is about, where it is not as in the example. */
export const previewFacts = z
  .strictObject({
    callerName: shortText.nullable(),
    callerNumber: shortText.nullable(),
    mailboxName: shortText,
    mailboxNumber: shortText,
    receivedAt: instant,
    /** Null: a message without audio. */
    durationMs: z.number().int().min(0).max(86_400_000).nullable(),
    urgent: z.boolean(),
    confidential: z.boolean(),
    transcription: z.string().max(4_096).nullable(),
    recipientName: shortText,
    recipientEmail: emailAddress,
    timezone,
  })
  .partial();
export type PreviewFacts = z.output<typeof previewFacts>;

export const templatePreview = z.object({
  /** Empty where the kind has none. */
  subject: z.string(),
  text: z.string(),
  html: z.string().nullable(),
  warnings: z.array(templateWarning),
  /** Why the built-in template was used instead; null: it was not. */
  problem: z.string().nullable(),
});
export type TemplatePreview = z.output<typeof templatePreview>;
