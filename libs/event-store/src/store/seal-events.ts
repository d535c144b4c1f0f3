import { type Command, type DomainEvent, newId } from '@aftertone/kernel';
import type { AppendRequest, NewEvent } from '../append/request.ts';
import { type DataKey, sealFields, splitSealed } from '../sealing/fields.ts';
import type { Aggregate } from '../types.ts';
import type { Place } from './plan.ts';

/** Gives the key for a stream's sealed fields, with its wrapped form when it is new; asked only when it is needed. */
export type KeySource = () => { dataKey: DataKey; wrapped?: Buffer };

/** Events ready to be stored, and the key that sealed fields of them. */
export function sealEvents<State, C extends Command, E extends DomainEvent>(
  aggregate: Aggregate<State, C, E>,
  events: readonly E[],
  place: Place,
  keyOf: KeySource,
): Pick<AppendRequest, 'events' | 'sealKey'> {
  let key: ReturnType<KeySource> | null = null;
  const stored: NewEvent[] = [];
  for (const event of events) {
    const codec = aggregate.codecs[event.type as E['type']];
    const base = { id: newId(), type: event.type, schemaVersion: codec.schemaVersion, meta: place.meta };
    const { open, sealed } = splitSealed(event.data as object, codec.sealed ?? []);
    if (sealed === null) {
      stored.push({ ...base, data: open, sealed: null });
    } else {
      key ??= keyOf();
      stored.push({ ...base, data: open, sealed: sealFields(sealed, key.dataKey, place.tenantId, base.id) });
    }
  }
  if (key === null) return { events: stored };
  const wrapped = key.wrapped === undefined ? {} : { wrapped: key.wrapped };
  return { events: stored, sealKey: { id: key.dataKey.id, ...wrapped } };
}
