import { type CallContext, id, type Rpc } from '@aftertone/contracts';
import type { DedupKey, EventMeta } from '@aftertone/event-store';
import { z } from 'zod';

/** The input of a call as its handler gets it: checked, defaults filled in. */
export type CallInput<R extends Rpc> = z.output<R['input']>;

/** What every event of a call records: who asked, and the id under which the call is found in logs. */
export const metaOf = ({ actor, correlationId }: CallContext): EventMeta => ({
  actor: { kind: actor.kind, id: actor.id },
  correlationId,
});

/** The call's deduplication key, if the caller gave one. */
const dedupOf = ({ actor, idempotency }: CallContext): DedupKey | undefined =>
  idempotency && { actor: actor.id, ...idempotency };

const createdThing = z.object({ id });

/** Deduplication of a command that makes something: whoever repeats the command is led to what the first one made. */
export const onceMaking = (call: CallContext, madeId: string): { dedup?: DedupKey & { result: { id: string } } } => {
  const key = dedupOf(call);
  return key === undefined ? {} : { dedup: { ...key, result: { id: madeId } } };
};

/** The id that `onceMaking` stored with the first command. */
export const firstMade = (result: unknown): string => createdThing.parse(result).id;
