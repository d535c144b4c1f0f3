import type { CloudEvent } from '../envelope.ts';
import type { Gap } from './options.ts';

/** How long what was under way when a connection broke may take to come again: the bus waits 30 s. Milliseconds. */
const graceMs = 45_000;
const mostMailboxes = 100_000;

interface Suspect extends Gap {
  missing: Set<number>;
  since: number;
}

const mostSuspected = 1_000;

/** How an event came. */
export interface Seen {
  redelivered: boolean;
  /** Events may come later than ones after them: a hole is only a suspicion. */
  unordered: boolean;
  /** Milliseconds. */
  now: number;
}

/** Watches the feed numbers of mailboxes for holes. A mailbox is watched from its first event on. */
export class Gaps {
  private readonly last = new Map<string, number>();
  private suspects: Suspect[] = [];

  /** The hole in front of this event, or one seen earlier that nothing has filled in time. */
  see({ data, sequence }: CloudEvent, { redelivered, unordered, now }: Seen): Gap | undefined {
    const { mailboxId } = data;
    if (sequence === undefined || typeof mailboxId !== 'string') return this.overdue(now);
    for (const suspect of this.suspects) if (suspect.mailboxId === mailboxId) suspect.missing.delete(sequence);
    const last = this.last.get(mailboxId);
    // Those between what comes again may have been acknowledged, perhaps by an earlier process.
    if (redelivered && sequence !== (last ?? Number.NaN) + 1) return this.overdue(now);
    if (last === undefined || sequence > last) this.remember(mailboxId, sequence);
    if (last === undefined || sequence <= last + 1) return this.overdue(now);
    const gap = { mailboxId, expected: last + 1, got: sequence };
    if (!unordered) return gap;
    this.suspect(gap, now);
    return this.overdue(now);
  }

  private remember(mailboxId: string, sequence: number): void {
    this.last.delete(mailboxId);
    this.last.set(mailboxId, sequence);
    const [oldest] = this.last.keys();
    if (this.last.size > mostMailboxes && oldest !== undefined) this.last.delete(oldest);
  }

  private suspect(gap: Gap, now: number): void {
    const numbers = Array.from({ length: Math.min(gap.got - gap.expected, mostSuspected) }, (_, n) => gap.expected + n);
    this.suspects.push({ ...gap, missing: new Set(numbers), since: now });
  }

  private overdue(now: number): Gap | undefined {
    this.suspects = this.suspects.filter(({ missing }) => missing.size > 0);
    const [oldest] = this.suspects;
    if (oldest === undefined || (now - oldest.since < graceMs && this.suspects.length < mostSuspected))
      return undefined;
    this.suspects.shift();
    return { mailboxId: oldest.mailboxId, expected: oldest.expected, got: oldest.got };
  }
}
