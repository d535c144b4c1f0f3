// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
const breaks = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]+/g;
/** They would turn the direction of what follows. */
const directions = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** One line of people's text: nothing that could begin another header or turn the direction of what follows. */
export const oneLine = (text: string): string =>
  text.toWellFormed().replace(directions, '').replace(breaks, ' ').trim();

/** Line breaks and tabs stay. */
export const manyLines = (text: string): string =>
  text
    .toWellFormed()
    .replace(directions, '')
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(controls, ' ');
