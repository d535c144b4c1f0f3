import { setTimeout as delay } from 'node:timers/promises';
import type { Rpc } from '@aftertone/contracts';
import type { Msg } from '@nats-io/transport-node';

/**
 * A question that stays unanswered so long is asked once more: a server that takes in a new configuration may lose what
 * is under way just then. Above what any of our queries takes, below what a person minds.
 */
const askAgainMs = 1_000;

/** Asks; a query, which changes nothing, a second time when there is silence. The first answer counts. */
export const ask = async (rpc: Rpc, send: () => Promise<Msg>, msLeft: number): Promise<Msg> => {
  const first = send();
  if (rpc.kind !== 'query' || msLeft <= 2 * askAgainMs) return first;
  const answered = new AbortController();
  const silence = delay(askAgainMs, true, { signal: answered.signal }).catch(() => false);
  try {
    const settled = first.then(
      () => false,
      () => false,
    );
    if (!(await Promise.race([settled, silence]))) return await first;
  } finally {
    answered.abort();
  }
  // When both fail, the first one says why.
  return await Promise.any([first, send()]).catch(() => first);
};
