import { connect, type Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { writePiece } from '@aftertone/platform';
import { type RelayHead, readRelayHead } from './relay-head.ts';

export interface RelayOptions {
  host: string;
  port: number;
  /** media-svc is given up when nothing comes for so long. */
  timeoutMs: number;
}

/** All that one listener holds in memory, however slow. */
const bufferBytes = 64 * 1024;
const mostHeadBytes = 8 * 1024;
/** Answers before the answer (RFC 9110, section 15.2): media-svc says that it is at work. */
const interim = /^(?:HTTP\/1\.1 1\d\d[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n)+/;
/** A listener who takes nothing for so long is gone. */
const listenerMs = 120_000;

/** The connection stands, but nothing comes. */
export class TooSlow extends Error {
  constructor() {
    super('nothing came for too long');
  }
}

interface Waiting {
  resolve(bytes: number): void;
  reject(error: Error): void;
}

/**
 * A kept connection to media-svc that reads into one buffer, and reads on when the listener has taken what is in it. Node's
 * client makes a buffer for each piece that comes, and V8 looks through all of its objects whenever enough of them lie
 * about: that alone was a third of what a download cost here.
 */
export class RelayConnection {
  /** How many requests went over it. */
  requests = 0;
  private readonly buffer = Buffer.allocUnsafeSlow(bufferBytes);
  private readonly socket: Socket;
  private readonly timeoutMs: number;
  private waiting: Waiting | null = null;
  /** What lies in the buffer and was not passed on. */
  private from = 0;
  private until = 0;

  /** @param ended called once, when it is closed */
  constructor({ host, port, timeoutMs }: RelayOptions, ended: (connection: RelayConnection) => void) {
    this.timeoutMs = timeoutMs;
    const onread = { buffer: this.buffer, callback: (bytes: number) => this.read(bytes) };
    this.socket = connect({ host, port, noDelay: true, onread });
    this.socket.on('error', (error) => this.end(error));
    this.socket.on('timeout', () => this.end(new TooSlow()));
    this.socket.on('close', () => {
      this.end(new Error('the connection ended'));
      ended(this);
    });
  }

  get usable(): boolean {
    return !this.socket.destroyed;
  }

  /**
   * Resolves with null when the answer is one to be asked for in another way; the connection has ended then.
   * @throws TooSlow; or anything else when the connection ended before the head of an answer was whole
   */
  async ask(request: string): Promise<RelayHead | null> {
    this.requests += 1;
    const coming = this.more();
    this.socket.write(request, 'latin1');
    let bytes = await coming;
    for (let before = ''; ; bytes = await this.more()) {
      const text = before + this.buffer.toString('latin1', 0, Math.min(bytes, mostHeadBytes));
      const begin = interim.exec(text)?.[0].length ?? 0;
      const end = text.indexOf('\r\n\r\n', begin);
      const head = end < 0 ? null : readRelayHead(text.slice(begin, end));
      if (head !== null) {
        this.from = end + 4 - before.length;
        return head;
      }
      if (end >= 0 || text.length >= mostHeadBytes) {
        this.end();
        return null;
      }
      before = text;
    }
  }

  /** Passes the body on. Resolves with true when the connection can be used again; breaks `out` off where it fails. */
  async passOn(bytes: number, out: Writable): Promise<boolean> {
    try {
      for (let left = bytes; ; await this.more()) {
        const piece = this.buffer.subarray(this.from, this.until);
        left -= piece.length;
        if (left < 0) throw new Error('the answer is longer than it said');
        if (!(await writePiece(out, piece, left === 0))) throw new Error('the listener has left');
        if (left === 0) break;
      }
      this.rest();
      return this.usable;
    } catch {
      this.end();
      out.destroy();
      return false;
    }
  }

  /** Safe to call at any time. */
  end(error = new Error('the connection was given up')): void {
    this.waiting?.reject(error);
    this.waiting = null;
    this.socket.destroy();
  }

  /** The next bytes, at the beginning of the buffer; nothing more is read until it is called again. */
  private more(): Promise<number> {
    return new Promise((resolve, reject) => {
      if (this.socket.destroyed) {
        reject(new Error('the connection ended'));
        return;
      }
      this.waiting = { resolve, reject };
      this.socket.setTimeout(this.timeoutMs);
      this.socket.resume();
    });
  }

  private read(bytes: number): boolean {
    this.from = 0;
    this.until = bytes;
    const { waiting } = this;
    this.waiting = null;
    if (waiting === null) this.end();
    this.socket.setTimeout(listenerMs);
    waiting?.resolve(bytes);
    return false;
  }

  /** Reads on, to find out when the other side closes. */
  private rest(): void {
    this.socket.setTimeout(0);
    this.socket.resume();
  }
}
