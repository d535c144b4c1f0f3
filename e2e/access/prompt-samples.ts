import type { Client } from '../client.ts';
import { wav } from '../wav.ts';
import type { Sample } from './sample.ts';
import type { World } from './world.ts';

type Make = (world: World) => Promise<Sample>;

export const replacePrompt = (client: Client, path: string, audio: Uint8Array<ArrayBuffer>): Promise<Response> =>
  fetch(`${client.url}${path}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${client.token}`, 'content-type': 'audio/wav' },
    body: audio,
  });

/** Everybody hears what is spoken to callers, and every tenant its own. */
const hearing = { colleague: 'none', foreign: 'none' } as const;

/** A clip of its own: each operation has another key. */
const replaced =
  (key: string, sample: Partial<Sample>, after = ''): Make =>
  async ({ admin }) => {
    const path = `/v1/prompts/fr/${key}`;
    await replacePrompt(admin, path, wav(1));
    return { path: `${path}${after}`, look: [path], known: true, ...sample };
  };

const change = '/v1/prompts/fr/vm-saved';

export const promptSamples: Readonly<Record<string, Make>> = {
  listPrompts: async () => ({ path: '/v1/prompts', ...hearing }),
  readPrompt: replaced('vm-goodbye', hearing),
  readPromptAudio: replaced('vm-transfer', hearing, '/audio'),
  replacePrompt: replaced('vm-saved', { send: (client) => replacePrompt(client, change, wav(2)), foreign: 'own' }),
  resetPrompt: replaced('vm-locked', { foreign: 'own' }),
};
