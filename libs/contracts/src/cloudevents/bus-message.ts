import { type CloudEvent, cloudEventsContentType } from '../envelope.ts';
import { encodeHeaderValue } from './header-value.ts';

/** A NATS message in the making: headers and body. */
export interface BusMessage {
  headers: Record<string, string>;
  body: Uint8Array;
}

const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

/** An event in structured mode, which is how Aftertone publishes: all of it in the body. */
export const toStructured = (event: CloudEvent): BusMessage => ({
  headers: { 'content-type': cloudEventsContentType },
  body: bytes(event),
});

/** An event in binary mode: `ce-` headers, and only its data in the body. */
export const toBinary = ({ data, ...attributes }: CloudEvent): BusMessage => ({
  headers: Object.fromEntries(
    Object.entries(attributes)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [`ce-${name}`, encodeHeaderValue(String(value))]),
  ),
  body: bytes(data),
});
