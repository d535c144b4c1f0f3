import { cloudEvent, eventHeaders } from '../envelope.ts';

/** Headers of a bus message: what `@nats-io` calls `MsgHdrs` fits. */
export interface EventHeaders {
  get(name: string): string | undefined;
  /** All names as they were sent; without it, headers written in another case are not found. */
  keys?(): Iterable<string>;
}

const attributes = Object.keys(cloudEvent.shape).filter((name) => name !== 'data');
const places = [eventHeaders.position, eventHeaders.part].flatMap((name) => [name, name.toLowerCase()]);
const looked = ['content-type', 'Content-Type', ...places, ...attributes.map((name) => `ce-${name}`)];

/** By lower-case name: a NATS server keeps the case that the writer chose, and clients look names up exactly. */
export const headersByName = (headers: EventHeaders | undefined): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  for (const name of headers?.keys?.() ?? looked) {
    const value = headers?.get(name);
    if (value !== undefined && value !== '') found.set(name.toLowerCase(), value);
  }
  return found;
};
