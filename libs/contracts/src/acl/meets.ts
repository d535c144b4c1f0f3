/** What one id may consist of. */
export interface IdAlphabet {
  has(char: string): boolean;
}

/** Everything that may be a token of a subject. */
export const tokenAlphabet: IdAlphabet = { has: (char) => /^[A-Za-z0-9_-]$/.test(char) };
/** What UUIDs are written with. */
export const uuidAlphabet: IdAlphabet = { has: (char) => /^[0-9a-f-]$/.test(char) };

/**
 * Whether a pattern (without `!` and reserved words) matches at least one of the paths that `access` stands for: in
 * there `*` is one id, never empty, and `#` any rest, never empty. Work: at most the product of both lengths.
 */
export const meets = (pattern: string, access: string, alphabet: IdAlphabet): boolean => {
  const width = access.length + 1;
  const seen = new Uint8Array((pattern.length + 1) * width);
  const ways: [number, number][] = [[0, 0]];
  const go = (i: number, j: number): void => {
    if (seen[i * width + j] === 1) return;
    seen[i * width + j] = 1;
    ways.push([i, j]);
  };
  for (let way = ways.pop(); way !== undefined; way = ways.pop()) {
    const [i, j] = way;
    const [mine, theirs] = [pattern[i], access[j]];
    if (mine === undefined && theirs === undefined) return true;
    if (mine === '*' || mine === '#') {
      go(i + 1, j);
      if (theirs !== undefined && (mine === '#' || theirs !== '.')) go(i, j + 1);
    } else if (mine !== undefined && theirs !== undefined) {
      const isRun = theirs === '#' || (theirs === '*' && alphabet.has(mine));
      if (isRun) go(i + 1, j); // the run goes on behind this character
      if (isRun || mine === theirs) go(i + 1, j + 1);
    }
  }
  return false;
};
