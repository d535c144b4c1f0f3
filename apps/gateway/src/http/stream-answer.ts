import type { Readable, Writable } from 'node:stream';

/** A body that writes itself to a connection, more cheaply than a stream could. */
export interface RawBody {
  /** Writes all of it and ends `out`, or breaks it off. Never rejects. */
  sendTo(out: Writable): Promise<void>;
}

/** An answer whose body is passed through as it comes. */
export class StreamAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable | RawBody;

  constructor(status: number, headers: Readonly<Record<string, string>>, body: Readable | RawBody) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }
}
