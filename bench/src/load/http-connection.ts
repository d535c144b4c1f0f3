import { connect, type Socket } from 'node:net';

/** A request as it goes over the wire: the head with its empty line, and perhaps the start of the body; the rest of it. */
export interface WireRequest {
  head: string;
  body?: Uint8Array;
}

export interface WireAnswer {
  status: number;
  /** Bytes of the body. */
  bytes: number;
}

const END_OF_HEAD = '\r\n\r\n';

/**
 * HTTP/1.1 with one request at a time and requests that were written out beforehand. The generator shares two cores with
 * all that it loads: whatever a general client spends on each request would be missing in the figure.
 */
export class HttpConnection {
  private readonly socket: Socket;
  private waiting: { resolve: (answer: WireAnswer) => void; reject: (error: Error) => void } | undefined;
  private head = '';
  private status = 0;
  private missing = 0;
  private bytes = 0;
  /** False once it was closed; another one must be opened. */
  usable = true;

  constructor({ host, port }: { host: string; port: number }) {
    this.socket = connect({ host, port, noDelay: true });
    this.socket.on('data', (chunk) => this.take(chunk));
    this.socket.on('error', (error) => this.fail(error));
    this.socket.on('close', () => this.fail(new Error('connection closed')));
  }

  /** Rejects when the connection ends before the answer is whole. */
  send({ head, body }: WireRequest): Promise<WireAnswer> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.socket.cork();
      this.socket.write(head, 'latin1');
      if (body !== undefined) this.socket.write(body);
      this.socket.uncork();
    });
  }

  close(): void {
    this.usable = false;
    this.socket.destroy();
  }

  private take(chunk: Buffer): void {
    if (this.status !== 0) this.takeBody(chunk.length);
    else this.takeHead(chunk.toString('latin1'));
  }

  private takeHead(text: string): void {
    this.head += text;
    const end = this.head.indexOf(END_OF_HEAD);
    if (end < 0) return;
    const length = /\r\ncontent-length: (\d+)/i.exec(this.head)?.[1];
    this.status = Number(this.head.slice(9, 12));
    if (length === undefined && this.status !== 204) {
      this.fail(new Error('an answer without a length'));
      return;
    }
    this.missing = this.bytes = Number(length ?? 0);
    this.takeBody(this.head.length - end - END_OF_HEAD.length);
  }

  private takeBody(length: number): void {
    this.missing -= length;
    if (this.missing > 0) return;
    const { waiting, status, bytes } = this;
    if (/\r\nconnection: close/i.test(this.head)) this.usable = false;
    this.head = '';
    this.status = 0;
    this.waiting = undefined;
    waiting?.resolve({ status, bytes });
  }

  private fail(error: Error): void {
    this.usable = false;
    this.socket.destroy();
    this.waiting?.reject(error);
    this.waiting = undefined;
  }
}
