import type { Buffer } from 'node:buffer';
import { Readable } from 'node:stream';

/** One server-sent event. `data` must hold no line break; JSON does not. */
export interface SseEvent {
  id: string;
  event: string;
  data: string;
}

export const sseEvent = ({ id, event, data }: SseEvent): string => `id: ${id}\nevent: ${event}\ndata: ${data}\n\n`;

/**
 * The body of an event stream: never waits for its reader, and ends with an error when the reader has left more than
 * `mostBuffered` bytes unread.
 */
export class SseBody extends Readable {
  private readonly mostBuffered: number;
  private readonly waiting: (() => void)[] = [];
  private over = false;

  constructor(mostBuffered: number) {
    super({ highWaterMark: 64 * 1024 });
    this.mostBuffered = mostBuffered;
    // Whoever waits for the reader must not wait for ever.
    this.once('close', () => this.wake());
  }

  override _read(): void {
    this.wake();
  }

  /** `frame`: what `sseEvent` makes. */
  send(frame: Buffer): void {
    this.write(frame);
  }

  /** An event without data: keeps the connection alive and moves the client's last event id on. */
  beat(id: string): void {
    this.write(`:\nid: ${id}\n\n`);
  }

  /** How long a client should wait before it connects again. */
  hint(retryMs: number, id: string): void {
    this.write(`retry: ${retryMs}\nid: ${id}\n\n`);
  }

  end(): void {
    if (this.over || this.destroyed) return;
    this.over = true;
    this.push(null);
  }

  /** Resolves when there is room for more, or nobody to read it. */
  async drained(): Promise<void> {
    if (this.destroyed || this.readableLength < this.readableHighWaterMark) return;
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  private write(text: string | Buffer): void {
    if (this.over || this.destroyed) return;
    this.push(text);
    if (this.readableLength > this.mostBuffered) this.destroy(new Error('The reader of an event stream is too slow'));
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
