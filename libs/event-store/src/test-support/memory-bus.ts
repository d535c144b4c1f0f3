import type { MessagePlace, OutgoingMessage, RelayTarget } from '../types.ts';

/**
 * A stream in memory for the relay's logic: it has the faults that a bus can have, at exactly the moment a test wants.
 * The relay against real JetStream is tested in `@aftertone/messaging`.
 */
export class MemoryBus implements RelayTarget {
  messages: OutgoingMessage[] = [];
  /** Which stream of this name it is. */
  #created = 1;
  inspections = 0;
  /** Messages that are gone and keep their numbers. */
  #aged = 0;
  /** Called before each publication; what it throws is the failure. It may keep some messages by `accept`. */
  fault: ((messages: readonly OutgoingMessage[]) => void | Promise<void>) | null = null;

  async inspect(isOurs: (place: MessagePlace) => Promise<boolean>): ReturnType<RelayTarget['inspect']> {
    this.inspections += 1;
    const state = { createdAt: new Date(this.#created).toISOString(), lastSequence: this.#aged + this.messages.length };
    for (const { id, position, part } of this.messages.toReversed()) {
      if (await isOurs({ id, position, part })) return { ...state, last: { position, part } };
    }
    return { ...state, last: null };
  }

  async publish(messages: readonly OutgoingMessage[], lastSequence: number): Promise<number> {
    await this.fault?.(messages);
    if (lastSequence !== this.#aged + this.messages.length) throw new Error('wrong last sequence');
    this.accept(messages);
    return this.#aged + this.messages.length;
  }

  accept(messages: readonly OutgoingMessage[]): void {
    this.messages.push(...messages);
  }

  /** Everything is gone and the stream is made anew. */
  wipe(): void {
    this.messages = [];
    this.#aged = 0;
    this.#created += 1;
  }

  /** Everything has become too old: the numbers go on. */
  age(): void {
    this.#aged += this.messages.length;
    this.messages = [];
  }

  /** The last messages are lost with their numbers, the stream stays. */
  loseTail(count: number): void {
    this.messages.splice(this.messages.length - count, count);
  }
}
