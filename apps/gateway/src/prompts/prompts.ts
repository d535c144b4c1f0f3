import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { type Prompt, type PromptAddress, promptCommands, promptQueries } from '@aftertone/contracts';
import type { Caller, ServiceCalls } from '../http/service-calls.ts';
import { idempotencyOf } from '../messages/idempotency.ts';
import type { StoredAudio } from '../messages/media/stored-audio.ts';
import { readForm, wrongPart } from '../messages/upload/form.ts';
import { sizeOf, type Uploads } from '../messages/upload/uploads.ts';

export interface PromptsParts {
  calls: ServiceCalls;
  uploads: Uploads;
  /** Longest recording of a clip. */
  maxSeconds: number;
}

export interface Replacement {
  address: PromptAddress;
  /** Audio, or a form with it, not read yet. */
  upload: IncomingMessage;
  ifVersion: number | undefined;
  /** Whether the tenant must have a recording of its own there, or must have none. */
  ifOwn: boolean | undefined;
  idempotencyKey: string | undefined;
}

type Store = (audio: Readable) => Promise<StoredAudio>;

const route = 'replacePrompt';

const isForm = ({ headers }: IncomingMessage): boolean => /^multipart\//i.test(headers['content-type'] ?? '');

const storeForm = async (upload: IncomingMessage, store: Store): Promise<StoredAudio> => {
  const { audio } = await readForm(upload, { audio: store });
  if (audio === undefined) throw wrongPart('is required', 'audio');
  return audio;
};

/** Takes recordings of clips: the audio goes to media-svc while it arrives, then it is told what it is for. */
export class Prompts {
  private readonly parts: PromptsParts;

  constructor(parts: PromptsParts) {
    this.parts = parts;
  }

  replace({ address, upload, ifVersion, ifOwn, idempotencyKey }: Replacement, caller: Caller): Promise<Prompt> {
    const { calls, uploads, maxSeconds } = this.parts;
    return uploads.inTurn(upload, caller, async () => {
      // Before the first byte is taken: is there such a clip, and may this caller replace it?
      await calls.send(promptQueries.requirePrompt, address, caller);
      const { mediaId, sha256 } = await uploads.receive(upload, (signal) => {
        const store: Store = (audio) => uploads.store({ audio, size: sizeOf(upload), maxSeconds }, caller, signal);
        return isForm(upload) ? storeForm(upload, store) : store(upload);
      });
      const key = idempotencyOf(route, idempotencyKey, { ...address, sha256 });
      return calls.send(promptCommands.replacePrompt, { ...address, mediaId, ifVersion, ifOwn }, caller, key);
    });
  }
}
