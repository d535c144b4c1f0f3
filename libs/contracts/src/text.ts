// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
const controls = /[\u0000-\u001f\u007f\u2028\u2029]+/g;

/** One trimmed line: control characters become a space, lone surrogates U+FFFD. */
export const cleanText = (text: string): string => text.toWellFormed().replace(controls, ' ').trim();

/** Postgres refuses NUL in any text, and lone surrogates inside JSON. */
export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\u0000');

/**
 * Says in words why a JSON value may not be kept, or null when it may: nested too deep, too long, or with a text
 * that a database refuses.
 */
export const boundedJson = (value: unknown, limits: { depth: number; bytes: number }): string | null => {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limits.depth) return `must not be nested deeper than ${limits.depth} levels`;
    const next: unknown[] = [];
    for (const item of level) {
      if (typeof item === 'string' && !isStorable(item)) return 'must not contain NUL or broken characters';
      if (typeof item !== 'object' || item === null) continue;
      for (const [key, member] of Object.entries(item)) {
        if (!isStorable(key)) return 'must not contain NUL or broken characters';
        next.push(member);
      }
    }
    level = next;
  }
  const bytes = new TextEncoder().encode(JSON.stringify(value)).length;
  return bytes > limits.bytes ? `must be at most ${limits.bytes} bytes as JSON` : null;
};
