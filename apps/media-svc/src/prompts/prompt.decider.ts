import { type Command, conflict, type Decider, rejected } from '@aftertone/kernel';
import { evolve, type PromptAudio, type PromptEvent, type PromptName, type PromptState } from './prompt.ts';

/** Whether the tenant must have a recording of its own there, or must have none; absent: either. */
interface Condition {
  ifOwn?: boolean | undefined;
}

/**
 * The prompt exists, and so does the recording. `storedAt` is the recording's, `saysNothing` what was heard in it;
 * `lostMediaId` the one that is to be heard now and whose bytes are gone, where that is known.
 */
export type ReplacePrompt = Command<
  'ReplacePrompt',
  PromptName & PromptAudio & Condition & { storedAt: string; saysNothing: boolean; lostMediaId: string | null }
>;
export type ResetPrompt = Command<'ResetPrompt', Condition>;
export type PromptCommand = ReplacePrompt | ResetPrompt;

/** Half of the day after which a recording that nothing refers to is deleted (docs/decisions/0003). */
const audioLifeMs = 12 * 3_600_000;

const promptEmpty = () =>
  rejected(
    'prompt-empty',
    'Nothing is heard in the recording. Send one in which something is said for a tenth of a second at least.',
  );

const replace = ({ data, meta }: ReplacePrompt, state: PromptState): PromptEvent[] => {
  const { storedAt, saysNothing, lostMediaId, ifOwn: _, ...replaced } = data;
  const before = state.status === 'replaced' ? state.audio : null;
  const isHeard = before?.sha256 === data.sha256 && before.mediaId !== lostMediaId;
  if (isHeard) return []; // the same bytes once more are nobody's
  if (saysNothing) throw promptEmpty();
  if (Date.parse(meta.now) - Date.parse(storedAt) > audioLifeMs) {
    throw rejected('audio-expired', 'The recording was stored too long ago to be used.', { storedAt });
  }
  const replacedMediaId = before?.mediaId ?? null;
  return [{ type: 'PromptReplaced', data: { ...replaced, replacedMediaId, replacedAt: meta.now } }];
};

const decide = (command: PromptCommand, state: PromptState): PromptEvent[] => {
  const { ifOwn } = command.data;
  if (ifOwn !== undefined && ifOwn !== (state.status === 'replaced')) {
    const what = ifOwn ? 'no recording of its own' : 'a recording of its own';
    throw conflict('version-mismatch', `The tenant has ${what} there.`);
  }
  switch (command.type) {
    case 'ReplacePrompt':
      return replace(command, state);
    case 'ResetPrompt': {
      if (state.status !== 'replaced') return [];
      const { language, key, audio } = state;
      return [{ type: 'PromptReset', data: { language, key, mediaId: audio.mediaId, resetAt: command.meta.now } }];
    }
  }
};

export const promptDecider: Decider<PromptState, PromptCommand, PromptEvent> = {
  initialState: { status: 'built-in' },
  evolve,
  decide,
};
