const asciiJson = (text: string): string =>
  JSON.stringify(text)
    .slice(1, -1)
    .replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A number is often quoted without its plus. */
const digits = (text: string): string[] => (/^\+\d{3,}$/.test(text) ? [text.slice(1)] : []);

/** The ways in which we write a text into what we send, and in which it may be quoted therefore. */
export const spellings = (text: string): string[] => {
  const wellFormed = text.toWellFormed();
  return [
    text,
    ...digits(text),
    JSON.stringify(text).slice(1, -1),
    asciiJson(text),
    encodeURIComponent(wellFormed),
    new URLSearchParams([['', wellFormed]]).toString().slice(1),
  ];
};
