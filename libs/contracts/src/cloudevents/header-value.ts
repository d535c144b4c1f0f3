// CloudEvents NATS binding 1.0, section 3.1.3.2: how an attribute's text is written in a header.

const plain = /^[\x21\x23\x24\x26-\x7e]$/; // printable ASCII but space, double quote and percent

const percent = (character: string): string =>
  Array.from(
    new TextEncoder().encode(character),
    (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');

/** The header value of an attribute's text. */
export const encodeHeaderValue = (text: string): string =>
  Array.from(text, (character) => (plain.test(character) ? character : percent(character))).join('');

/** Writers of older versions of the binding quoted instead of encoding spaces and quotes. */
const unquoted = (value: string): string =>
  /^".*"$/s.test(value) ? value.slice(1, -1).replace(/\\(.)/gs, '$1') : value;

/** The text of a header value; a percent sign without two digits stands for itself. Throws on bytes that are no UTF-8. */
export const decodeHeaderValue = (value: string): string =>
  unquoted(value).replace(/(?:%[0-9a-fA-F]{2})+/g, (bytes) => decodeURIComponent(bytes));
