import type { ServiceName } from './rpc/rpc.ts';

// A cursor is opaque to everybody but Aftertone's own code: it may change with any version.

/** Where a reader of one service's log stands: the contract event that it is due, the `part`-th of `position`, from 0. */
export interface Place {
  position: number;
  part: number;
}

export type Places = { readonly [Service in ServiceName]?: Place };

/** Negative when `a` comes before `b`. */
export const comparePlaces = (a: Place, b: Place): number => a.position - b.position || a.part - b.part;

/** Stored events publish few contract events; the n-th one's id ends in `.n` (`contractEventId`). */
export const partOf = (contractEventId: string): number => Number(/\.(\d{1,4})$/.exec(contractEventId)?.[1] ?? 0);

const services: ReadonlyMap<string, ServiceName> = new Map([
  ['m', 'mailbox'],
  ['d', 'media'],
  ['n', 'notify'],
  ['i', 'gateway'],
]);

const readPlace = (text: string): [ServiceName, Place] | null => {
  const [, letter = '', position, part] = /^([a-z])([1-9]\d{0,14})\.(\d{1,4})$/.exec(text) ?? [];
  const service = services.get(letter);
  return service === undefined ? null : [service, { position: Number(position), part: Number(part) }];
};

const decoded = (cursor: string): string => {
  try {
    return atob(cursor.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    return '';
  }
};

/** The places that a cursor of the gateway stands for; null when it is none. */
export const cursorPlaces = (cursor: string): Places | null => {
  const places = decoded(cursor).split(' ').map(readPlace);
  const known = places.filter((place) => place !== null);
  return known.length < places.length ? null : Object.fromEntries(known);
};
