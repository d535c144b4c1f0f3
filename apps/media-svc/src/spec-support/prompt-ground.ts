import { randomBytes } from 'node:crypto';
import type { CallContext, PromptAddress } from '@aftertone/contracts';
import { TenantReads } from '@aftertone/event-store';
import { newId } from '@aftertone/kernel';
import { PromptDesk } from '../prompts/prompt-desk.ts';
import { type MediaGround, openMediaGround } from './media-ground.ts';
import { wavFile } from './wav-files.ts';

/** What prompts of tenants stand on, for one test file. */
export interface PromptGround extends MediaGround {
  desk: PromptDesk;
  call: CallContext;
  /** Stores a recording and replaces a prompt by it. */
  replace(address: PromptAddress, ifVersion?: number): Promise<{ mediaId: string; version: number | null }>;
}

export const callOf = (tenantId: string, changes: Partial<CallContext> = {}): CallContext => ({
  tenantId,
  actor: { kind: 'user', id: newId(), admin: true },
  correlationId: 'asked',
  deadline: Date.now() + 5_000,
  ...changes,
});

/** A quarter of a second that nobody else has: a shorter one says nothing. */
export const soundOfItsOwn = (): Buffer => wavFile({ sound: randomBytes(4_000) });

export const openPromptGround = async (): Promise<PromptGround> => {
  const ground = await openMediaGround();
  const reads = await TenantReads.open(ground.store.url);
  const { store, clock, recordings, log, tenantId } = ground;
  const desk = new PromptDesk({ ground: { store, clock, recordings, reads }, log });
  const call = callOf(tenantId);
  const closeGround = ground.close;
  return Object.assign(ground, {
    desk,
    call,
    replace: async (address: PromptAddress, ifVersion?: number) => {
      const { mediaId } = await ground.keep(soundOfItsOwn());
      const { version } = await desk.replace({ ...address, mediaId, ifVersion }, call);
      return { mediaId, version };
    },
    close: async () => {
      await reads.close();
      await closeGround();
    },
  });
};
