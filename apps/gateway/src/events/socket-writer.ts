import type { Buffer } from 'node:buffer';
import type { WebSocket } from 'ws';

/** Unread bytes at which whoever can wait, waits for the reader. */
const enoughBuffered = 65_536;

/** Writes to a WebSocket without waiting for its reader, and says when that one leaves too much unread. */
export class SocketWriter {
  private readonly socket: WebSocket;
  private readonly mostBuffered: number;
  private readonly onTooSlow: () => void;
  private readonly waiting: (() => void)[] = [];

  constructor(socket: WebSocket, mostBuffered: number, onTooSlow: () => void) {
    this.socket = socket;
    this.mostBuffered = mostBuffered;
    this.onTooSlow = onTooSlow;
  }

  send(data: string | Buffer): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    this.socket.send(data, { binary: false }, this.onWritten);
    if (this.socket.bufferedAmount > this.mostBuffered) this.onTooSlow();
  }

  /** Resolves when there is room for more, or nobody to read it. */
  async drained(): Promise<void> {
    if (this.hasRoom()) return;
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Nobody reads any more: whoever waits goes on. */
  release(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  private hasRoom(): boolean {
    return this.socket.readyState !== this.socket.OPEN || this.socket.bufferedAmount < enoughBuffered;
  }

  private readonly onWritten = (): void => {
    if (this.waiting.length > 0 && this.hasRoom()) this.release();
  };
}
