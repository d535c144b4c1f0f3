/** Bytes that a parser waits for: as many as there are, in whole `step`s, between `atLeast` and `atMost`. */
interface Wanted {
  atLeast: number;
  atMost: number;
  step: number;
}

/**
 * A parser of bytes that arrive in pieces, written as if they were all there: it yields what it wants and is given it.
 * At the end of the input it is given less than it wanted, and must then return or throw.
 */
export type Parsing<T> = Generator<Wanted, T, Buffer>;

/** Exactly `count` bytes; fewer only at the end of the input. */
export function* exactly(count: number): Parsing<Buffer> {
  if (count === 0) return Buffer.alloc(0);
  return yield { atLeast: count, atMost: count, step: 1 };
}

/** Between one `step` and `atMost` bytes, always whole steps; less than one step only at the end of the input. */
export function* some(atMost: number, step = 1): Parsing<Buffer> {
  return yield { atLeast: step, atMost, step };
}

/** Passes over `count` bytes; false when the input ended before. */
export function* skip(count: number): Parsing<boolean> {
  let left = count;
  while (left > 0) {
    const passed = yield* some(left);
    if (passed.length === 0) return false;
    left -= passed.length;
  }
  return true;
}

/** Runs one `Parsing` over chunks. It holds back at most what the parser waits for. */
export class ByteParser<T> {
  private readonly parsing: Parsing<T>;
  private held: Buffer = Buffer.alloc(0);
  private step: IteratorResult<Wanted, T>;

  constructor(parsing: Parsing<T>) {
    this.parsing = parsing;
    this.step = parsing.next();
  }

  /** Throws what the parser throws. Bytes after the parser's end are ignored. */
  push(chunk: Buffer): void {
    let rest = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk]);
    while (this.step.done !== true && rest.length >= this.step.value.atLeast) {
      const { atMost, step } = this.step.value;
      const size = Math.min(atMost, rest.length - (rest.length % step));
      const given = rest.subarray(0, size);
      rest = rest.subarray(size);
      this.step = this.parsing.next(given);
    }
    this.held = this.step.done === true ? Buffer.alloc(0) : rest;
  }

  /** There are no more bytes: gives the parser what is left, and returns its result. */
  finish(): T {
    let rest = this.held;
    this.held = Buffer.alloc(0);
    while (this.step.done !== true) {
      this.step = this.parsing.next(rest);
      rest = Buffer.alloc(0);
    }
    return this.step.value;
  }
}
