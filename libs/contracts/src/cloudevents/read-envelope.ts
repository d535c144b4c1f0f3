import { type CloudEvent, cloudEvent } from '../envelope.ts';
import { type EventHeaders, headersByName } from './event-headers.ts';
import { decodeHeaderValue } from './header-value.ts';

/** The message is no CloudEvents envelope of Aftertone at all; `cause` says why. */
export class NotAnEvent extends Error {
  override readonly name = 'NotAnEvent';
}

/** A media type without its parameters, in lower case. */
const mediaType = (text: string): string => (text.split(';')[0] ?? '').trim().toLowerCase();

const integers = new Set(['sequence', 'streamversion']);

const attributeValue = (name: string, text: string): unknown =>
  integers.has(name) && /^-?\d{1,15}$/.test(text) ? Number(text) : text;

const fromHeaders = (headers: ReadonlyMap<string, string>, body: string): Record<string, unknown> => ({
  // Not of the binding, but what writers for HTTP put there.
  datacontenttype: headers.get('content-type'),
  ...Object.fromEntries(
    [...headers]
      .filter(([name]) => name.startsWith('ce-'))
      .map(([name, value]) => [name.slice(3), attributeValue(name.slice(3), decodeHeaderValue(value))]),
  ),
  data: JSON.parse(body),
});

/** The same type may be written with parameters; the JSON format lets it be left out. */
const withPlainType = (event: unknown): unknown => {
  if (typeof event !== 'object' || event === null) return event;
  const { datacontenttype = 'application/json', ...rest } = event as { datacontenttype?: unknown };
  const plain = typeof datacontenttype === 'string' ? mediaType(datacontenttype) : datacontenttype;
  return { ...rest, datacontenttype: plain };
};

const unread = (headers: ReadonlyMap<string, string>, body: string): unknown => {
  const type = mediaType(headers.get('content-type') ?? '');
  const isStructured = type.startsWith('application/cloudevents');
  if (isStructured && type !== 'application/cloudevents' && type !== 'application/cloudevents+json') {
    throw new Error(`${type} is not read here`); // batches, and formats other than JSON
  }
  if (isStructured || !headers.has('ce-specversion')) return JSON.parse(body);
  return fromHeaders(headers, body);
};

/** The envelope of a message in structured or binary mode. Throws `NotAnEvent`. */
export const readEnvelope = (body: Uint8Array | string, headers?: EventHeaders): CloudEvent => {
  try {
    // The decoder drops a byte order mark; in a text it would be no JSON.
    const text = typeof body === 'string' ? body : new TextDecoder('utf-8', { fatal: true }).decode(body);
    return cloudEvent.parse(withPlainType(unread(headersByName(headers), text.replace(/^\uFEFF/, ''))));
  } catch (cause) {
    throw new NotAnEvent('the message holds no CloudEvents envelope', { cause });
  }
};
