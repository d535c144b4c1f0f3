import type { AudioContentType } from '@aftertone/contracts';
import type { DomainEvent } from '@aftertone/kernel';

export interface PromptName {
  language: string;
  key: string;
}

/** The recording that is heard instead of a built-in clip. */
export interface PromptAudio {
  mediaId: string;
  contentType: AudioContentType;
  durationMs: number;
  bytes: number;
  /** Hex. */
  sha256: string;
}

/** The same in the words of whoever asks what is heard. */
export interface OwnAudio extends PromptAudio {
  replacedAt: Date;
}

/** `replacedMediaId`: the own recording that was heard until then; null: the built-in clip was. */
export type PromptReplaced = DomainEvent<
  'PromptReplaced',
  PromptName & PromptAudio & { replacedMediaId: string | null; replacedAt: string }
>;
/** `mediaId`: the own recording that is heard no more. */
export type PromptReset = DomainEvent<'PromptReset', PromptName & { mediaId: string; resetAt: string }>;
export type PromptEvent = PromptReplaced | PromptReset;

/** One clip of one tenant. */
export type PromptState =
  | { status: 'built-in' }
  | (PromptName & { status: 'replaced'; audio: PromptAudio; replacedAt: string })
  | (PromptName & { status: 'reset' });

export const evolve = (_state: PromptState, event: PromptEvent): PromptState => {
  switch (event.type) {
    case 'PromptReplaced': {
      const { language, key, replacedAt, replacedMediaId: _, ...audio } = event.data;
      return { status: 'replaced', language, key, audio, replacedAt };
    }
    case 'PromptReset': {
      const { language, key } = event.data;
      return { status: 'reset', language, key };
    }
  }
};
