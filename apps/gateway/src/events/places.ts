import { comparePlaces, cursorPlaces, type Place, type Places, partOf, type ServiceName } from '@aftertone/contracts';
import { invalid } from '@aftertone/kernel';

export { comparePlaces, type Place, type Places, partOf };

export const firstPlace: Place = { position: 1, part: 0 };

export const placeAfter = ({ position, part }: Place): Place => ({ position, part: part + 1 });

/** Behind everything that a log position published. */
export const placeBehind = (position: number): Place => ({ position: position + 1, part: 0 });

export const laterPlace = (a: Place | undefined, b: Place): Place =>
  a === undefined || comparePlaces(a, b) < 0 ? b : a;

const letters: Readonly<Record<ServiceName, string>> = { mailbox: 'm', media: 'd', notify: 'n', gateway: 'i' };
/** The services with a log, in the order of their places in a cursor. */
export const services = Object.keys(letters) as ServiceName[];

const cursorText = (places: Places): string => {
  const parts = services.flatMap((service) => {
    const place = places[service];
    return place === undefined ? [] : [`${letters[service]}${place.position}.${place.part}`];
  });
  return Buffer.from(parts.join(' ')).toString('base64url');
};

const samePlace = (a: Place | undefined, b: Place | undefined): boolean =>
  a?.position === b?.position && a?.part === b?.part;

let written: { places: Places; cursor: string } = { places: {}, cursor: '' };

/** The opaque cursor of these places. */
export const writeCursor = (places: Places): string => {
  // A live event finds thousands of subscribers at the same places.
  if (!services.every((service) => samePlace(places[service], written.places[service]))) {
    written = { places: { ...places }, cursor: cursorText(places) };
  }
  return written.cursor;
};

/** Where a subscriber begins who wants what happens from now on; as a word, `now`. */
export type Beginning = Places | 'now';

export const readBeginning = (text: string): Beginning => (text === 'now' ? 'now' : readCursor(text));

/** Reads `writeCursor`'s text; `first` and `0` stand for the beginning of every log. Throws `cursor-invalid`. */
export const readCursor = (cursor: string): Places => {
  if (cursor === 'first' || cursor === '0') return Object.fromEntries(services.map((name) => [name, firstPlace]));
  const places = cursorPlaces(cursor);
  if (places === null) throw invalid('cursor-invalid', 'The cursor is none that this server has given out');
  return places;
};
