import type { Readable } from 'node:stream';

/** An answer whose body is passed through as it comes. */
export class StreamAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;

  constructor(status: number, headers: Readonly<Record<string, string>>, body: Readable) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }
}
