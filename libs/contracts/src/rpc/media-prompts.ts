import { z } from 'zod';
import { anyLanguage, mediaId } from '../common.ts';
import { changedPrompt, prompt, promptAddress } from '../prompt.ts';
import { empty } from './call.ts';
import { commandsOf, queriesOf } from './rpc.ts';

const command = commandsOf('media');
const query = queriesOf('media');

/** What the tenant's clip must be, or is refused with `version-mismatch`. */
const conditions = {
  ifVersion: z.number().int().min(0).optional(),
  /** Whether the tenant must have a recording of its own there, or must have none. */
  ifOwn: z.boolean().optional(),
};

/**
 * By administrators of the tenant; anybody else is refused with `administrator-required`. Only what comes with Aftertone
 * can be replaced: refused with `prompt-language-not-found`, `prompt-not-found`.
 */
export const promptCommands = {
  /** By a recording that was stored just now; refused with `media-not-found`, `audio-expired` for any other, `prompt-empty` where nothing is heard in it. */
  replacePrompt: command('replace-prompt', z.strictObject({ ...changedPrompt.shape, mediaId, ...conditions }), prompt),
  /** Back to the built-in clip; a second time changes nothing. */
  resetPrompt: command('reset-prompt', z.strictObject({ ...changedPrompt.shape, ...conditions }), empty),
};

/** By every user of the tenant. */
export const promptQueries = {
  getPrompt: query('get-prompt', promptAddress, prompt),
  /** All of them, in their lasting order. */
  listPrompts: query('list-prompts', z.strictObject({ language: anyLanguage }), z.object({ items: z.array(prompt) })),
  /** May the actor replace this prompt: asked before the audio is taken. Refused as `replacePrompt` would be. */
  requirePrompt: query('require-prompt', changedPrompt, empty),
};
