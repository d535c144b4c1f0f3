import { z } from 'zod';
import { anyLanguage, instant, language, languageTag, mediaId } from './common.ts';
import { audioContentTypes } from './message.ts';

/** What a caller can be spoken to in. */
export const promptLanguages = ['en', 'zh', 'ja', 'es', 'fr'] as const;
export type PromptLanguage = (typeof promptLanguages)[number];

/** Name of a clip. Which ones there are, media-svc says. */
export const promptKey = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,40}(\/[A-Za-z0-9.+-]{1,40})?$/, 'must be the name of a prompt such as vm-goodbye or num/7');

/** Where what is heard comes from. `english`: what English has, as the language that was asked for is not spoken. */
export const promptSource = z.enum(['tenant', 'built-in', 'english']);
export type PromptSource = z.output<typeof promptSource>;

/** Any language may be asked for: `fr-CA` is spoken as `fr`, and what is not spoken at all as `en`. */
export const promptAddress = z.strictObject({ language: anyLanguage, key: promptKey });
export type PromptAddress = z.output<typeof promptAddress>;

/** What is changed is named as it is: no other way of writing a language means the same. */
export const changedPrompt = z.strictObject({ language: languageTag, key: promptKey });

/** What is heard for one clip in one language. */
export const prompt = z.object({
  ...promptAddress.shape,
  source: promptSource,
  /** The language that is heard. */
  spokenLanguage: language,
  /** The sense of what the built-in clip says there; a recording may say it in other words. */
  text: z.string(),
  /** Nothing is said here: the clip is skipped, and there is no audio. */
  empty: z.boolean(),
  /** The audio; null where there is none. */
  mediaId: mediaId.nullable(),
  contentType: z.enum(audioContentTypes).nullable(),
  durationMs: z.number().int().min(0),
  bytes: z.number().int().min(0),
  /** Hex. */
  sha256: z.string().nullable(),
  /** When the tenant replaced it; null: what is heard comes with Aftertone. */
  updatedAt: instant.nullable(),
  /** For If-Match: how often the tenant has changed it; null only from a service of the version before, for what is built in. */
  version: z.number().int().nullable(),
  /** The storage has lost the tenant's recording: the built-in clip is heard until the recording is sent again. */
  lost: z.boolean().default(false),
});
export type Prompt = z.output<typeof prompt>;
