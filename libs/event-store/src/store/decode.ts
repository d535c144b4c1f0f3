import type { DomainEvent } from '@aftertone/kernel';
import type { DataKey } from '../sealing/fields.ts';
import { openFields, unwrapDataKey } from '../sealing/fields.ts';
import type { KeyRing } from '../sealing/keks.ts';
import type { EventCodec, EventMeta, RecordedEvent, Stamps } from '../types.ts';

/** What reading needs to know of a kind of stream; every `Aggregate` is one. */
export interface StoredKind {
  type: string;
  codecs: Readonly<Record<string, EventCodec>>;
}

/** Columns of `event e` joined with `subject_key k`, as `StoredData` has them. */
export const dataColumns = 'e.version, e.event_id, e.type, e.schema_version, e.data, e.sealed, e.key_id, k.wrapped';
export const recordColumns = `${dataColumns}, e.position, e.tenant_id, e.stream_id, e.meta, e.stamps, e.at`;
export const fromEvents = 'FROM event e LEFT JOIN subject_key k ON k.tenant_id = e.tenant_id AND k.key_id = e.key_id';

/** A row with `dataColumns`. `wrapped` is null when nothing is sealed, and when the key was destroyed. */
export interface StoredData {
  version: number;
  event_id: string;
  type: string;
  schema_version: number;
  data: object;
  sealed: Buffer | null;
  key_id: string | null;
  wrapped: Buffer | null;
}

/** A row with `recordColumns`. */
export interface StoredRecord extends StoredData {
  position: number;
  tenant_id: string;
  stream_id: string;
  meta: EventMeta;
  stamps: Stamps;
  at: Date;
}

/** Opens what was read in one go: each data key is unwrapped once, and forgotten with the decoder. */
export class Decoder {
  readonly #ring: KeyRing;
  readonly #keys = new Map<string, DataKey>();

  constructor(ring: KeyRing) {
    this.#ring = ring;
  }

  /** The data key of a row; null when there is none (any more). */
  keyOf(tenantId: string, row: StoredData): DataKey | null {
    if (row.key_id === null || row.wrapped === null) return null;
    const name = `${tenantId}/${row.key_id}`;
    const known = this.#keys.get(name);
    if (known !== undefined) return known;
    const key = unwrapDataKey(this.#ring, tenantId, row.key_id, row.wrapped);
    this.#keys.set(name, key);
    return key;
  }

  /** `data` with its sealed fields, in the newest shape that `codec` knows. Without a codec: as it was stored. */
  data(tenantId: string, row: StoredData, codec: EventCodec | undefined): object {
    const key = this.keyOf(tenantId, row);
    let data: unknown =
      row.sealed !== null && key !== null
        ? { ...row.data, ...openFields(row.sealed, key, tenantId, row.event_id) }
        : row.data;
    for (const upcast of codec?.upcasters?.slice(row.schema_version - 1) ?? []) data = upcast(data as never);
    return data as object;
  }

  record<E extends DomainEvent>(row: StoredRecord, codec: EventCodec | undefined): RecordedEvent<E> {
    return {
      position: row.position,
      tenantId: row.tenant_id,
      streamId: row.stream_id,
      version: row.version,
      id: row.event_id,
      type: row.type,
      data: this.data(row.tenant_id, row, codec),
      meta: row.meta,
      stamps: row.stamps,
      at: row.at.toISOString(),
    };
  }
}

/** Finds the codec of an event by its stream's name (`<kind>-<id>`) and its type. */
export function codecFinder(kinds: readonly StoredKind[]): (streamId: string, type: string) => EventCodec | undefined {
  // A longer name first: `push-device-<id>` is no `push`.
  const ordered = [...kinds].sort((a, b) => b.type.length - a.type.length);
  return (streamId, type) => ordered.find((kind) => streamId.startsWith(`${kind.type}-`))?.codecs[type];
}
