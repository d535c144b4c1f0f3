import type { Finding } from './books/finding.ts';
import { countRepeats } from './books/notifications.ts';
import { countPublications } from './books/publications.ts';
import { takeSnapshot } from './books/snapshot.ts';
import type { Field } from './field.ts';

/** What came more than once, allowed or not. */
export interface Tally {
  /** Notifications, after their receiver had taken them: attempts that were cut off before they were on record. */
  taken: number;
  /** Notifications, after their receiver had left them unanswered. */
  unanswered: number;
  /** Attempts that are listed as unknown. */
  unknownAttempts: number;
  /** Events that were put into a stream again. */
  published: number;
  /** Publications that came to the raw consumer again. */
  redelivered: number;
}

/** What one scenario came to; a row of the table. */
export interface Result {
  title: string;
  /** `skipped` and `failed` with the reason. */
  verdict: { kind: 'in order' | 'not in order' } | { kind: 'skipped' | 'failed'; why: string };
  load: string;
  /** Each with how often it was injected. */
  faults: ReadonlyMap<string, number>;
  acknowledged: number;
  /** How often each answer other than 2xx came. */
  refusals: ReadonlyMap<string, number>;
  findings: Finding[];
  /** Undefined where nobody got so far. */
  tally: Tally | undefined;
  /** The longest of all faults from its end to the first 2xx of a request that was begun after it. */
  recoveredAfterMs: number | null;
  /** From the end of the load, or of the faults if that came later, until nothing was under way any more. */
  settledAfterMs: number | null;
  tookMs: number;
}

export const unrun = (title: string, verdict: Result['verdict']): Result => ({
  ...{ title, verdict, load: '–', faults: new Map(), acknowledged: 0, refusals: new Map(), findings: [] },
  ...{ tally: undefined, recoveredAfterMs: null, settledAfterMs: null, tookMs: 0 },
});

export async function takeTally({ api, mailboxIds, mail, webhooks, raw }: Field): Promise<Tally> {
  const { deliveries } = await takeSnapshot(api, mailboxIds);
  const sinks = { mail: mail.arrivals, webhooks: webhooks.arrivals };
  return { ...countRepeats(deliveries, sinks), ...countPublications(raw.delivered) };
}
