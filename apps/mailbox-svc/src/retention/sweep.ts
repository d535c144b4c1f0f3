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
import { asker, dueInAll, tellUntold } from './due-in-all.ts';
import type { Scope } from './ruled-mailboxes.query.ts';
import { ruleOf } from './rules.ts';
import { stillDue } from './still-due.ts';
import type { TenantNews } from './tenant-news.ts';

const atOnce = 32;
/** So many go before the rules are asked for again. */
const byOneLook = 100;
const retryMs = 30_000;

/** What one sweep did. `left`: was changed or held meanwhile, or its rule was, or its mailbox was closed. */
export interface Swept {
  deleted: number;
  purged: number;
  left: number;
  failed: number;
}

export interface SweepOptions {
  ground: Ground;
  /** Asked before each look at the rules. Throws when they may be others than they are here. */
  news: Pick<TenantNews, 'requireHeard'>;
  scope?: Scope;
  signal?: AbortSignal;
}

/** An error: the database was busy or away. */
type Fate = keyof Swept | DomainError;

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
    if (error instanceof DomainError && error.kind === 'unavailable') return error;
    if (error instanceof DomainError && error.kind !== 'conflict') return 'left';
    ground.store.logger.error({ err: error, tenantId, messageId: id }, 'a message could not go as its rule says');
    return 'failed';
  }
};

const retireAll = async (ground: Ground, all: readonly Due[], meta: EventMeta): Promise<Fate[]> => {
  const fates: Fate[] = [];
  await inParallel(all, atOnce, async (due) => void fates.push(await retireOne(ground, due, meta)));
  return fates;
};

/** A message that somebody keeps busy is tried again the next time; a database that is away ends the sweep. */
const countInto = (swept: Swept, fates: readonly Fate[]): void => {
  const errors = fates.filter((fate) => typeof fate !== 'string');
  if (errors.length > 0 && errors.length === fates.length) throw errors[0];
  for (const fate of fates) swept[typeof fate === 'string' ? fate : 'failed'] += 1;
};

/**
 * Takes away everything whose time has come. Each message goes by a command of its own, decided anew: so counts, lamps,
 * subscribers and references to recordings follow as after what people do, and a sweep that is cut off, repeated or done twice
 * at once does no harm.
 */
export const sweep = async ({ ground, news, scope, signal }: SweepOptions): Promise<Swept> => {
  const { store, clock } = ground;
  const swept: Swept = { deleted: 0, purged: 0, left: 0, failed: 0 };
  const begun = performance.now();
  const correlationId = newId();
  const meta = byTheService({ correlationId });
  await tellUntold(store.pool);
  const now = clock();
  for await (const batch of dueInAll(store.pool, { now, ...(scope && { scope }), ...(signal && { signal }) })) {
    for (let n = 0; n < batch.length && signal?.aborted !== true; n += byOneLook) {
      const found = batch.slice(n, n + byOneLook);
      await news.requireHeard();
      const due = await stillDue(asker(store.pool), found, now);
      swept.left += found.length - due.length;
      countInto(swept, await retireAll(ground, due, meta));
    }
  }
  const ms = Math.round(performance.now() - begun);
  store.logger.info({ ...swept, ms, correlationId }, 'looked for what is to go by the rules of retention');
  return swept;
};

/** Does so again and again, in one process at a time. What is due is in the database, so a restart loses nothing. */
export const startRetention = (ground: Ground, news: TenantNews, everyMs: number): Elected => {
  const { store } = ground;
  return store.elections.run({ name: 'retention', takeOverMs: Math.min(everyMs, 15_000) }, async (_session, signal) => {
    while (!signal.aborted) {
      const isDone = await sweep({ ground, news, signal }).then(
        () => true,
        (error: unknown) => {
          store.logger.warn({ err: error }, 'the rules of retention could not be followed; it is tried again');
          return false;
        },
      );
      const waitMs = isDone ? everyMs : Math.min(everyMs, retryMs);
      await delay(waitMs, undefined, { signal }).catch(() => undefined);
    }
  });
};
