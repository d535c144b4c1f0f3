/** Where contract events tell of callers. */
const callerFields: ReadonlySet<string> = new Set([
  'callerNumber',
  'callerName',
  'calledNumber',
  'callId',
  'transcript',
  'transcription',
]);

const texts = (value: unknown, field: string): string[] => {
  if (typeof value === 'string') return callerFields.has(field) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((item) => texts(item, field));
  if (typeof value !== 'object' || value === null) return [];
  // Everything below such a field is about the caller, too.
  return Object.entries(value).flatMap(([name, inner]) => texts(inner, callerFields.has(field) ? field : name));
};

const asciiJson = (text: string): string =>
  JSON.stringify(text)
    .slice(1, -1)
    .replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The ways in which a server that quotes what it refuses may write a text. */
const spellings = (text: string): string[] => [
  text,
  JSON.stringify(text).slice(1, -1),
  asciiJson(text),
  encodeURIComponent(text.toWellFormed()),
];

/** What of a payload, and which secrets, must not come back in the log of attempts; longer texts first. */
export const hiddenTexts = (payload: unknown, secrets: readonly string[]): string[] =>
  [...new Set([...texts(payload, ''), ...secrets].flatMap(spellings))].sort((a, b) => b.length - a.length);
