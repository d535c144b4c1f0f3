import { setTimeout as delay } from 'node:timers/promises';
import type { Elected, EventMeta } from '@aftertone/event-store';
import { DomainError, newId } from '@aftertone/kernel';
import { inParallel } from '../calls/in-parallel.ts';
import { commandMeta, type Ground } from '../ground/ground.ts';
import { onMailboxGuard } from '../messages/guards.ts';
import { messageAggregate } from '../messages/message.aggregate.ts';
import { retired } from '../metrics.ts';
import { byTheService } from '../user-departure/departed-users.ts';
import type { Due } from './due.query.ts';
import { dueInAll, tellUntold } from './due-in-all.ts';
import type { Scope } from './ruled-mailboxes.query.ts';
import { ruleOf } from './rules.ts';

const atOnce = 32;

/** What one sweep did. `left`: was changed or put under legal hold meanwhile, or its mailbox was closed. */
export interface Swept {
  deleted: number;
  purged: number;
  left: number;
  failed: number;
}

export interface SweepOptions {
  ground: Ground;
  scope?: Scope;
  signal?: AbortSignal;
}

type Fate = keyof Swept;

const retireOne = async (ground: Ground, due: Due, meta: EventMeta): Promise<Fate> => {
  const { tenantId, mailboxId, id, stage, through } = due;
  const data = { mailboxId, stage, through: through.toISOString() };
  const command = { type: 'RetireMessage', data, meta: commandMeta(ground) } as const;
  try {
    const request = { tenantId, id, command, meta, onGuard: onMailboxGuard };
    const { events } = await ground.store.handle(messageAggregate, request);
    if (events.length === 0) return 'left';
    const { rule, action } = ruleOf[stage];
    retired.inc({ rule });
    return action === 'purge' ? 'purged' : 'deleted';
  } catch (error) {
    if (error instanceof DomainError && error.kind === 'unavailable') throw error;
    if (error instanceof DomainError && error.kind !== 'conflict') return 'left';
    ground.store.logger.error({ err: error, tenantId, messageId: id }, 'a message could not go as its rule says');
    return 'failed';
  }
};

/**
 * Takes away everything whose time has come. Each message goes by a command of its own, decided anew: so counts, lamps,
 * subscribers and references to recordings follow as after what people do, and a sweep that is cut off, repeated or done twice
 * at once does no harm.
 */
export const sweep = async ({ ground, scope, signal }: SweepOptions): Promise<Swept> => {
  const { store, clock } = ground;
  const swept: Swept = { deleted: 0, purged: 0, left: 0, failed: 0 };
  const begun = performance.now();
  const correlationId = newId();
  const meta = byTheService({ correlationId });
  await tellUntold(store.pool);
  for await (const batch of dueInAll(store.pool, {
    now: clock(),
    ...(scope && { scope }),
    ...(signal && { signal }),
  })) {
    await inParallel(batch, atOnce, async (due) => {
      swept[await retireOne(ground, due, meta)] += 1;
    });
  }
  const ms = Math.round(performance.now() - begun);
  store.logger.info({ ...swept, ms, correlationId }, 'looked for what is to go by the rules of retention');
  return swept;
};

/** Does so again and again, in one process at a time. What is due is in the database, so a restart loses nothing. */
export const startRetention = (ground: Ground, everyMs: number): Elected => {
  const { store } = ground;
  return store.elections.run({ name: 'retention', takeOverMs: Math.min(everyMs, 15_000) }, async (_session, signal) => {
    while (!signal.aborted) {
      await sweep({ ground, signal }).catch((error: unknown) => {
        store.logger.warn({ err: error }, 'the rules of retention could not be followed; it is tried again');
      });
      await delay(everyMs, undefined, { signal }).catch(() => undefined);
    }
  });
};
