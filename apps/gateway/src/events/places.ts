import type { ServiceName } from '@aftertone/contracts';
import { invalid } from '@aftertone/kernel';

/**
 * Where a reader of one service's log stands: the first contract event that it has not seen. `part` counts the contract
 * events of one log position, from 0.
 */
export interface Place {
  position: number;
  part: number;
}

export type Places = { readonly [Service in ServiceName]?: Place };

export const firstPlace: Place = { position: 1, part: 0 };

export const placeAfter = ({ position, part }: Place): Place => ({ position, part: part + 1 });

/** Behind everything that a log position published. */
export const placeBehind = (position: number): Place => ({ position: position + 1, part: 0 });

/** Negative when `a` comes before `b`. */
export const comparePlaces = (a: Place, b: Place): number => a.position - b.position || a.part - b.part;

/** Stored events publish few contract events; the n-th one's id ends in `.n` (`contractEventId`). */
export const partOf = (contractEventId: string): number => Number(/\.(\d{1,4})$/.exec(contractEventId)?.[1] ?? 0);

const letters: Readonly<Record<ServiceName, string>> = { mailbox: 'm', media: 'd', notify: 'n', gateway: 'i' };
const services = Object.keys(letters) as ServiceName[];

/** The opaque cursor of these places. */
export const writeCursor = (places: Places): string => {
  const parts = services.flatMap((service) => {
    const place = places[service];
    return place === undefined ? [] : [`${letters[service]}${place.position}.${place.part}`];
  });
  return Buffer.from(parts.join(' ')).toString('base64url');
};

const readPlace = (text: string): [ServiceName, Place] | null => {
  const match = /^([a-z])([1-9]\d{0,14})\.(\d{1,4})$/.exec(text);
  const service = services.find((name) => letters[name] === match?.[1]);
  if (match === null || service === undefined) return null;
  return [service, { position: Number(match[2]), part: Number(match[3]) }];
};

/** Reads `writeCursor`'s text; `first` and `0` stand for the beginning of every log. Throws `cursor-invalid`. */
export const readCursor = (cursor: string): Places => {
  if (cursor === 'first' || cursor === '0') return Object.fromEntries(services.map((name) => [name, firstPlace]));
  const words = Buffer.from(cursor, 'base64url').toString().split(' ');
  const places = words.map(readPlace);
  const known = places.filter((place) => place !== null);
  if (known.length < places.length) {
    throw invalid('cursor-invalid', 'The cursor is none that this server has given out');
  }
  return Object.fromEntries(known);
};
