import type { Prompt, PromptAddress } from '@aftertone/contracts';
import { builtInAudio } from './built-in-audio.ts';
import { builtInPrompt, isEnglishInstead, spokenLanguage } from './built-in-prompts.ts';
import type { PromptAudio } from './prompt.ts';
import type { ReplacedPrompt } from './tenant-prompts/prompt.query.ts';

const nothing = { mediaId: null, contentType: null, durationMs: 0, bytes: 0, sha256: null };

const audioOf = ({ mediaId, contentType, durationMs, bytes, sha256 }: PromptAudio): PromptAudio => ({
  mediaId,
  contentType,
  durationMs,
  bytes,
  sha256,
});

/**
 * What is heard: the tenant's recording in the language that is spoken, else the built-in clip. A language that has
 * nothing to say there says nothing: English words would be wrong in the middle of its sentence.
 *
 * @param replaced the tenant's recording of this clip in `spokenLanguage(language)`
 * @throws DomainError `prompt-not-found`
 */
export const heardPrompt = ({ language, key }: PromptAddress, replaced: ReplacedPrompt | undefined): Prompt => {
  const spoken = spokenLanguage(language);
  const text = builtInPrompt(spoken, key)?.text ?? '';
  const audio = replaced ?? builtInAudio(spoken, key);
  const own = replaced === undefined ? 'built-in' : 'tenant';
  return {
    language,
    key,
    source: isEnglishInstead(language) ? 'english' : own,
    spokenLanguage: spoken,
    text,
    empty: audio === null,
    ...(audio === null ? nothing : audioOf(audio)),
    updatedAt: replaced?.replacedAt.toISOString() ?? null,
    version: replaced?.version ?? null,
  };
};
