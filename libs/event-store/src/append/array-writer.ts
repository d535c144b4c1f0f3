const oid = {
  boolean: 16,
  bytea: 17,
  bigint: 20,
  smallint: 21,
  int: 23,
  text: 25,
  timestamptz: 1184,
  uuid: 2950,
  jsonb: 3802,
} as const;

const memoryAtFirst = 65_536;
const memoryKept = 4 * 1_048_576;
const headBytes = 20;
const jsonbVersion = 1;
/** 2000-01-01, from which Postgres counts microseconds. */
const postgresEpoch = 946_684_800_000;
const dash = 0x2d;
const hexDigits = new Uint8Array(128);
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  hexDigits[digit.charCodeAt(0)] = value;
  hexDigits[digit.toUpperCase().charCodeAt(0)] = value;
}

/**
 * Writes Postgres arrays in binary form, one after another into memory of its own: text needs no escaping, and the server
 * parses no numbers. What the methods return is valid until `reset`.
 */
export class ArrayWriter {
  #memory = Buffer.allocUnsafeSlow(memoryAtFirst);
  /** Where the array at hand begins, and where it goes on. */
  #start = 0;
  #at = 0;

  reset(): void {
    this.#at = 0;
    if (this.#memory.length > memoryKept) this.#memory = Buffer.allocUnsafeSlow(memoryAtFirst);
  }

  uuids(values: ReadonlyArray<string | null>): Buffer {
    return this.#array(oid.uuid, values, (value) => this.#uuid(value));
  }

  texts(values: readonly string[]): Buffer {
    return this.#array(oid.text, values, (value) => this.#text(value));
  }

  /** @param values JSON texts */
  jsonbs(values: readonly string[]): Buffer {
    return this.#array(oid.jsonb, values, (value) => {
      this.#reserve(1);
      this.#memory[this.#at++] = jsonbVersion;
      this.#text(value);
    });
  }

  byteas(values: ReadonlyArray<Buffer | null>): Buffer {
    return this.#array(oid.bytea, values, (value) => {
      this.#reserve(value.length);
      this.#at += value.copy(this.#memory, this.#at);
    });
  }

  booleans(values: readonly boolean[]): Buffer {
    return this.#array(oid.boolean, values, (value) => {
      this.#reserve(1);
      this.#memory[this.#at++] = value ? 1 : 0;
    });
  }

  smallints(values: readonly number[]): Buffer {
    return this.#array(oid.smallint, values, (value) => {
      this.#reserve(2);
      this.#at = this.#memory.writeInt16BE(value, this.#at);
    });
  }

  ints(values: readonly number[]): Buffer {
    return this.#array(oid.int, values, (value) => {
      this.#reserve(4);
      this.#at = this.#memory.writeInt32BE(value, this.#at);
    });
  }

  /** @param values safe integers */
  bigints(values: readonly number[]): Buffer {
    return this.#array(oid.bigint, values, (value) => this.#bigint(value));
  }

  /** @param values milliseconds since 1970 */
  times(values: readonly number[]): Buffer {
    return this.#array(oid.timestamptz, values, (value) => this.#bigint((value - postgresEpoch) * 1000));
  }

  #array<T>(type: number, values: readonly T[], write: (value: NonNullable<T>) => void): Buffer {
    this.#start = this.#at;
    this.#reserve(headBytes);
    const start = this.#at;
    const head = this.#memory;
    // Dimensions, flag for nulls, type of the elements; then the length of the dimension and its first index.
    head.writeInt32BE(values.length === 0 ? 0 : 1, start);
    head.writeInt32BE(values.includes(null as T) ? 1 : 0, start + 4);
    head.writeInt32BE(type, start + 8);
    if (values.length === 0) {
      this.#at = start + 12;
      return head.subarray(start, this.#at);
    }
    head.writeInt32BE(values.length, start + 12);
    head.writeInt32BE(1, start + 16);
    this.#at = start + headBytes;
    for (const value of values) {
      this.#reserve(4);
      const lengthAt = this.#at - this.#start;
      this.#at += 4;
      if (value === null) {
        this.#memory.writeInt32BE(-1, this.#start + lengthAt);
        continue;
      }
      write(value as NonNullable<T>);
      this.#memory.writeInt32BE(this.#at - this.#start - lengthAt - 4, this.#start + lengthAt);
    }
    return this.#memory.subarray(this.#start, this.#at);
  }

  /** Of the usual form, which `toWire` has looked at. */
  #uuid(value: string): void {
    this.#reserve(16);
    for (let index = 0; index < 36; index += 2) {
      if (value.charCodeAt(index) === dash) index += 1;
      const high = hexDigits[value.charCodeAt(index)] ?? 0;
      this.#memory[this.#at++] = (high << 4) | (hexDigits[value.charCodeAt(index + 1)] ?? 0);
    }
  }

  #text(value: string): void {
    this.#reserve(value.length * 3);
    this.#at += this.#memory.write(value, this.#at, 'utf8');
  }

  #bigint(value: number): void {
    this.#reserve(8);
    this.#at = this.#memory.writeInt32BE(Math.floor(value / 0x1_0000_0000), this.#at);
    this.#at = this.#memory.writeUInt32BE(value >>> 0, this.#at);
  }

  /** Moves the array at hand into larger memory when it has no room for more; those before it stay where they are. */
  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#memory.length) return;
    const written = this.#memory.subarray(this.#start, this.#at);
    this.#memory = Buffer.allocUnsafeSlow(2 * (this.#memory.length + bytes));
    written.copy(this.#memory);
    this.#at = written.length;
    this.#start = 0;
  }
}
