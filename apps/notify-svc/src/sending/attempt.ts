import { correlate } from '@aftertone/platform';
import { attemptDuration } from '../metrics.ts';
import { AttemptRecords, type AttemptRecordsParts } from './attempt-records.ts';
import type { Channels, Sending, SendOutcome, SendTogether } from './channel.ts';
import { Gate } from './gate.ts';
import { underLeases } from './lease.ts';
import type { Work } from './work-list.ts';

export interface AttemptParts extends AttemptRecordsParts {
  channels: Channels;
  /** What is due of one group. */
  together: SendTogether;
  /** The longest that one attempt may take, whatever it waits for. */
  timeoutMs: number;
  /** How often its lease is renewed. */
  renewEveryMs: number;
}

/** Makes one attempt at what this process has taken: record the start, send, record the end. */
export class Attempts {
  private readonly parts: AttemptParts;
  private readonly records: AttemptRecords;
  private readonly gate: Gate;

  constructor(parts: AttemptParts) {
    this.parts = parts;
    this.records = new AttemptRecords(parts);
    this.gate = new Gate(parts.store.pool);
  }

  /**
   * How it ended; null when there was nothing to send, or nobody knows. Of a group all that is due is sent at once.
   * `abandoned`: the process ends; what it could not finish is left to whoever finds the lease run out. `begun`: it has
   * been begun as it was planned, so that nobody need look whether it is still wanted.
   */
  make(work: Work, abandoned: AbortSignal, begun?: Promise<Sending | null>): Promise<SendOutcome | null> {
    const { tenantId, correlationId } = work;
    return correlate({ correlationId, tenantId }, async () => {
      const sendings =
        begun === undefined
          ? await this.wanted(await this.startAll(work), abandoned)
          : [await begun].filter((one) => one !== null);
      const [sending, ...more] = sendings;
      if (sending === undefined) return null;
      const { together, channels } = this.parts;
      if (more.length > 0) {
        return this.run([sending, ...more], abandoned, (signal) => together([sending, ...more], signal));
      }
      const { channel } = sending.delivery.facts;
      const send = channels[channel];
      if (send === undefined) throw new Error(`nothing sends over ${channel}`);
      return this.run([sending], abandoned, (signal) => send(sending, signal));
    });
  }

  private async startAll(work: Work): Promise<Sending[]> {
    const { workList, clock, logger } = this.parts;
    const { tenantId, groupKey } = work;
    const others = groupKey === null ? [] : await workList.takeGroup({ tenantId, groupKey }, clock());
    const started = await Promise.allSettled([work, ...others].map((one) => this.records.start(one)));
    const sendings = started.flatMap((one) => (one.status === 'fulfilled' && one.value !== null ? [one.value] : []));
    const failed = started.find((one) => one.status === 'rejected');
    if (failed === undefined) return sendings;
    if (sendings.length === 0) throw failed.reason;
    // They come when their lease is over.
    logger.warn({ err: failed.reason, groupKey }, 'some of a group are sent later');
    return sendings;
  }

  /** Those that still are to be told; the others end here. */
  private async wanted(started: readonly Sending[], abandoned: AbortSignal): Promise<Sending[]> {
    const { clock, logger } = this.parts;
    const away = await this.gate.turnedAway(started);
    const end = async (sending: Sending, result: SendOutcome | null): Promise<Sending[]> => {
      if (result === null) return [sending];
      await this.records.end(sending, { result, now: clock(), jitter: 0 }, abandoned);
      const { deliveryId, n, delivery } = sending;
      logger.info({ deliveryId, n, channel: delivery.facts.channel, ...result }, 'attempt');
      return [];
    };
    return (await Promise.all(started.map((sending, i) => end(sending, away[i] ?? null)))).flat();
  }

  private run(
    sendings: readonly Sending[],
    abandoned: AbortSignal,
    send: (signal: AbortSignal) => Promise<SendOutcome>,
  ): Promise<SendOutcome | null> {
    const { workList, clock, renewEveryMs, timeoutMs } = this.parts;
    const began = performance.now();
    const leased = sendings.map(({ tenantId, deliveryId: id, n }) => ({ item: { tenantId, id }, n }));
    return underLeases({ workList, clock, everyMs: renewEveryMs }, leased, async (lost) => {
      const result = await send(AbortSignal.any([lost, abandoned, AbortSignal.timeout(timeoutMs)]));
      // Cut off by our own end or lost to another replica: nobody knows whether it arrived, so nothing is claimed.
      if (result.outcome !== 'delivered' && (abandoned.aborted || lost.aborted)) return null;
      const end = { result, now: clock(), jitter: Math.random() };
      await Promise.all(sendings.map((sending) => this.records.end(sending, end, abandoned)));
      const durationMs = Math.round(performance.now() - began);
      for (const sending of sendings) this.tell(sending, result, durationMs);
      return result;
    });
  }

  private tell({ deliveryId, n, delivery }: Sending, outcome: SendOutcome, durationMs: number): void {
    const { quoted: _, ...result } = outcome;
    const { channel } = delivery.facts;
    attemptDuration.observe({ channel, outcome: result.outcome }, durationMs / 1000);
    this.parts.logger.info({ deliveryId, n, channel, ...result, durationMs }, 'attempt');
  }
}
