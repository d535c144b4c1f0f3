import type { Prompt, PromptAddress } from '@aftertone/contracts';
import { builtInAudio } from './built-in-audio.ts';
import { builtInPrompt, isEnglishInstead, spokenLanguage } from './built-in-prompts.ts';
import type { OwnAudio, PromptAudio } from './prompt.ts';

const nothing = { mediaId: null, contentType: null, durationMs: 0, bytes: 0, sha256: null };

const audioOf = ({ mediaId, contentType, durationMs, bytes, sha256 }: PromptAudio): PromptAudio => ({
  mediaId,
  contentType,
  durationMs,
  bytes,
  sha256,
});

/** What the tenant has made of a clip in the language that is spoken. */
export interface OwnPrompt {
  version: number;
  /** Null: nothing of its own is to be heard. */
  own: OwnAudio | null;
  /** Its bytes are gone. */
  lost: boolean;
}

export const untouched: OwnPrompt = { version: 0, own: null, lost: false };

/**
 * What is heard: the tenant's recording in the language that is spoken, else the built-in clip, also where the recording
 * is lost: whoever calls must hear something. A language that has nothing to say there says nothing: English words would
 * be wrong in the middle of its sentence.
 *
 * @throws DomainError `prompt-not-found`
 */
export const heardPrompt = ({ language, key }: PromptAddress, { version, own, lost }: OwnPrompt): Prompt => {
  const spoken = spokenLanguage(language);
  const text = builtInPrompt(spoken, key)?.text ?? '';
  const replaced = lost ? null : own;
  const audio = replaced ?? builtInAudio(spoken, key);
  const whose = replaced === null ? 'built-in' : 'tenant';
  return {
    language,
    key,
    source: isEnglishInstead(language) ? 'english' : whose,
    spokenLanguage: spoken,
    text,
    empty: audio === null,
    ...(audio === null ? nothing : audioOf(audio)),
    updatedAt: replaced?.replacedAt.toISOString() ?? null,
    version,
    lost,
  };
};
