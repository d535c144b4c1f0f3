import { Acks } from './acks.ts';
import { deadline } from './deadline.ts';
import { Gaps } from './gaps.ts';
import { Gateway, type Opened } from './gateway.ts';
import { InFlight } from './in-flight.ts';
import { Intake } from './intake.ts';
import { live } from './live.ts';
import type { ReceivedEvent, SubscribeOptions } from './options.ts';
import { Progress } from './progress.ts';
import { RecentIds } from './recent-ids.ts';
import { replay } from './replay.ts';
import { replayedUntil } from './seam.ts';
import { Takeover } from './takeover.ts';

const usualInFlight = 64;
/** Acknowledged events that are known again. */
const remembered = 10_000;
/** How long the end waits for what is still to be told to bus and gateway. */
const closingMs = 5_000;

/** One subscription: history, then the bus, as one sequence of events. */
export class Subscriber implements AsyncIterableIterator<ReceivedEvent, undefined> {
  /** Resolves when the subscription exists: no event from then on is missed. Rejects when there can be none. */
  readonly ready: Promise<void>;
  private readonly options: SubscribeOptions;
  private readonly end = new AbortController();
  private readonly inFlight: InFlight;
  private readonly acks = new Acks();
  private readonly gateway: Gateway;
  private readonly gaps: Gaps | undefined;
  private readonly running: Promise<void>;
  private opened: Opened | undefined;
  private intake: Intake | undefined;
  private progress: Progress | undefined;
  private failure: { error: unknown } | undefined;
  private closing: Promise<void> | undefined;

  constructor(options: SubscribeOptions) {
    this.options = options;
    this.inFlight = new InFlight(new RecentIds(remembered), options.maxInFlight ?? usualInFlight);
    this.gateway = new Gateway(options, this.end.signal);
    this.gaps = options.types === undefined ? new Gaps() : undefined;
    const opening = this.gateway.open();
    this.ready = opening.then(() => undefined);
    this.ready.catch(() => undefined); // the iteration tells too
    this.running = this.run(opening).catch((error) => {
      if (!this.end.signal.aborted) this.failure = { error };
      this.end.abort();
    });
    if (options.signal?.aborted) this.end.abort();
    options.signal?.addEventListener('abort', () => void this.close(), { signal: this.end.signal });
  }

  async next(): Promise<IteratorResult<ReceivedEvent, undefined>> {
    const value = await this.inFlight.next(this.end.signal);
    if (value !== null) return { done: false, value };
    await this.close();
    const { failure } = this;
    this.failure = undefined; // told once
    if (failure !== undefined) throw failure.error;
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<ReceivedEvent, undefined>> {
    await this.close();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private async run(opening: Promise<Opened>): Promise<void> {
    const opened = await opening;
    this.opened = opened;
    const { options, gateway, inFlight, acks, gaps } = this;
    const { signal } = this.end;
    const onProblem = (problem: Error): void => {
      if (!signal.aborted) options.onProblem?.(problem);
    };
    const isReplayed = opened.replay === null ? () => false : replayedUntil(opened.replay.until);
    const { unacknowledged } = opened;
    const ask = async () => (await gateway.check(opened.id)).unacknowledged;
    const takeover = new Takeover({ left: unacknowledged ?? 0, ask, signal });
    const parts = { inFlight, acks, gaps, isReplayed, onProblem };
    const intake = new Intake(parts, { takeover, nothingLeft: unacknowledged === 0 });
    this.intake = intake;
    const reading = opened.replay === null ? undefined : this.read(opened.id, opened.replay);
    const beginning = Promise.all([takeover.over, reading]).then(() => intake.release());
    const delivering = live(opened, { options, gateway, intake, acks, signal, onProblem });
    // Should either fail the other has to end too, which is what the abort behind this does.
    await Promise.all([delivering, beginning]);
  }

  private async read(id: string, span: { after: string; until: string }): Promise<void> {
    const { gateway, inFlight, gaps } = this;
    const keep = async (after: string | null): Promise<void> => {
      if (this.options.durable !== undefined) await gateway.keepProgress(id, after);
    };
    this.progress = new Progress(keep, this.end.signal);
    await replay(span, { gateway, inFlight, progress: this.progress, gaps, signal: this.end.signal });
  }

  /** Ends in order: what was acknowledged is told, what was not comes again to the next reader. */
  private close(): Promise<void> {
    this.closing ??= this.settle();
    return this.closing;
  }

  /** Without this what is left would come to the next reader after half a minute, behind everything newer. */
  private async giveBack(): Promise<void> {
    if (this.options.durable === undefined || this.intake === undefined) return;
    const left = [...(await this.intake.stop()), ...this.inFlight.unanswered()];
    const back = left.flatMap(({ giveBack }) => giveBack ?? []).sort((a, b) => a.order - b.order);
    await Promise.all(back.map((one) => one.send()));
  }

  private async settle(): Promise<void> {
    this.inFlight.close();
    if (!this.end.signal.aborted) {
      await this.acks.settle(closingMs);
      await Promise.race([this.progress?.flush().catch(() => undefined), deadline(closingMs)]);
      await Promise.race([this.giveBack().catch(() => undefined), deadline(closingMs)]);
    }
    this.end.abort();
    this.acks.close();
    await this.running;
    if (this.options.durable === undefined && this.opened !== undefined && this.failure === undefined) {
      await Promise.race([this.gateway.remove(this.opened.id).catch(() => undefined), deadline(closingMs)]);
    }
  }
}
