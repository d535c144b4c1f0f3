import type { CallContext, Prompt, PromptAddress, promptCommands } from '@aftertone/contracts';
import { requireKnownToAll } from '@aftertone/event-store';
import type { Log } from '@aftertone/messaging';
import type { z } from 'zod';
import { dedupOfCall, metaOfCall, requireAdministrator } from '../calls/on-behalf.ts';
import type { Ground } from '../ground/ground.ts';
import { findMedia } from '../media/catalogue/media.query.ts';
import { builtInPrompt, promptKeys, spokenLanguage } from './built-in-prompts.ts';
import { firstAnswer, type replacementResult } from './first-answer.ts';
import { heardPrompt, type OwnPrompt } from './heard-prompt.ts';
import { OwnPrompts } from './own-prompts.ts';
import { promptAggregate } from './prompt.aggregate.ts';
import type { PromptCommand } from './prompt.decider.ts';
import type { PromptAudio } from './prompt.ts';
import { promptId } from './prompt-id.ts';
import { saysNothing } from './says-nothing.ts';

type Input<Rpc extends { input: z.ZodType }> = z.output<Rpc['input']>;

/** Under the key of a replacement. */
const resultAt = (version: number): z.output<typeof replacementResult> => ({ version });

export interface PromptDeskParts {
  ground: Pick<Ground, 'store' | 'reads' | 'clock' | 'recordings'>;
  log: Pick<Log, 'error'>;
}

const ownPrompt = (audio: PromptAudio, at: string, version: number): OwnPrompt => ({
  own: { ...audio, replacedAt: new Date(at) },
  version,
  lost: false,
});

/** Shows a tenant's prompts to its users, and lets its administrators replace them. */
export class PromptDesk {
  private readonly ground: PromptDeskParts['ground'];
  private readonly own: OwnPrompts;

  constructor({ ground, log }: PromptDeskParts) {
    this.ground = ground;
    this.own = new OwnPrompts({ ground, log });
  }

  /** @throws DomainError `prompt-not-found` */
  async get(address: PromptAddress, call: CallContext): Promise<Prompt> {
    const [prompt] = await this.heard(address.language, [address.key], call);
    if (prompt === undefined) throw new Error('a prompt was asked for and none was found');
    return prompt;
  }

  list(language: string, call: CallContext): Promise<Prompt[]> {
    return this.heard(language, promptKeys(), call);
  }

  /** @throws DomainError `administrator-required`, `prompt-language-not-found`, `prompt-not-found` */
  require({ language, key }: PromptAddress, call: CallContext): void {
    requireAdministrator(call);
    builtInPrompt(language, key);
  }

  /** @throws DomainError as `require`, and `upgrade-under-way`, `media-not-found`, `audio-expired`, `prompt-empty`, `version-mismatch` */
  async replace(input: Input<typeof promptCommands.replacePrompt>, call: CallContext): Promise<Prompt> {
    this.require(input, call);
    await requireKnownToAll(this.ground.store, 'PromptReplaced');
    const { language, key, ifVersion, ifOwn } = input;
    const media = await findMedia(this.ground.reads, call.tenantId, input.mediaId);
    const { contentType, durationMs, bytes, sha256 } = media;
    const audio = { mediaId: media.id, contentType, durationMs, bytes, sha256 };
    const dedup = dedupOfCall(call);
    const earlier = dedup && (await this.ground.store.findRepeated(call.tenantId, dedup));
    const first = (result: unknown): Promise<Prompt> =>
      firstAnswer(this.ground.store, { tenantId: call.tenantId, address: { language, key }, sha256, result });
    if (earlier) return first(earlier.result);
    const storedAt = media.storedAt.toISOString();
    const lostMediaId = await this.own.lostTwin(call.tenantId, input, audio);
    const handled = await this.handle(input, call, {
      command: {
        type: 'ReplacePrompt',
        data: { language, key, ...audio, storedAt, saysNothing: saysNothing(media), lostMediaId, ifOwn },
        meta: this.now(),
      },
      ...(ifVersion !== undefined && { expectedVersion: ifVersion }),
      ...(dedup !== undefined && { dedup: { ...dedup, resultAt } }),
    });
    if (handled.repeated) return first(handled.result);
    const { state, version } = handled;
    if (state.status !== 'replaced') throw new Error(`the prompt is ${state.status} after it was replaced`);
    return heardPrompt(input, ownPrompt(state.audio, state.replacedAt, version));
  }

  /** @throws DomainError as `require`, and `version-mismatch` */
  async reset(input: Input<typeof promptCommands.resetPrompt>, call: CallContext): Promise<void> {
    this.require(input, call);
    const { ifVersion, ifOwn } = input;
    await this.handle(input, call, {
      command: { type: 'ResetPrompt', data: { ifOwn }, meta: this.now() },
      ...(ifVersion !== undefined && { expectedVersion: ifVersion }),
    });
  }

  private async heard(language: string, keys: readonly string[], { tenantId }: CallContext): Promise<Prompt[]> {
    const own = await this.own.find(tenantId, { language: spokenLanguage(language), keys });
    return own.map((prompt, n) => heardPrompt({ language, key: keys[n] ?? '' }, prompt));
  }

  private now() {
    return { now: this.ground.clock().toISOString() };
  }

  private handle(
    { language, key }: PromptAddress,
    call: CallContext,
    request: Pick<Parameters<Ground['store']['handle']>[1], 'expectedVersion' | 'dedup'> & { command: PromptCommand },
  ) {
    return this.ground.store.handle(promptAggregate, {
      ...request,
      tenantId: call.tenantId,
      id: promptId({ language, key }),
      meta: metaOfCall(call),
    });
  }
}
