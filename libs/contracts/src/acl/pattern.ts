/** Whom the reserved words of a pattern stand for. */
export interface AclIdentity {
  /** User (or service) of the token: what `me` stands for. */
  authId: string;
  /** Session of the token: what `my_session` stands for. Absent: only the word itself. */
  sessionId?: string | undefined;
}

/** A pattern as a small program: a code unit (0 or more) has to be read as it is, the negative ones are these. */
export interface Program {
  op: Int32Array;
  target: Int32Array;
}

export const star = -1;
export const hash = -2;
/** Goes on behind itself and at its target. */
export const split = -3;
/** Goes on at its target. */
export const jump = -4;

const dotCode = '.'.charCodeAt(0);
const hashCode = '#'.charCodeAt(0);

const standsFor = (segment: string, who: AclIdentity): string | undefined => {
  switch (segment) {
    case 'me':
      return who.authId;
    case 'my_session':
      return who.sessionId;
    case 'edit':
      return 'update';
    default:
      return undefined;
  }
};

/** How every text begins that a pattern matches: up to the first segment that is not literal. */
export const literalStart = (pattern: string): string => {
  const wildcard = pattern.search(/[*#]/);
  const word = /(?:^|\.)(?:me|my_session|edit)(?=\.|$)/.exec(pattern);
  const ends = [wildcard, word?.index ?? -1].filter((end) => end >= 0);
  return pattern.slice(0, Math.min(pattern.length, ...ends));
};

/** One pattern (without `!`) as a program: see `compilePattern` for what it means. */
export const compileProgram = (pattern: string, who: AclIdentity): Program => {
  const op: number[] = [];
  const target: number[] = [];
  const emit = (code: number): number => {
    target.push(0);
    return op.push(code) - 1;
  };
  const literal = (text: string): void => {
    for (let n = 0; n < text.length; n++) emit(text.charCodeAt(n));
  };
  const wildcard = (kind: number): void => {
    const last = op.at(-1);
    if (last !== star && last !== hash) emit(kind);
    else if (kind === hash) op[op.length - 1] = hash; // `**` is `*`; `*#`, `#*` and `##` are `#`
  };

  for (const [n, segment] of pattern.split('.').entries()) {
    if (n > 0) literal('.');
    const other = standsFor(segment, who);
    if (other === undefined) {
      for (const char of segment) {
        if (char === '*' || char === '#') wildcard(char === '*' ? star : hash);
        else literal(char);
      }
    } else {
      const choice = emit(split);
      literal(segment);
      const end = emit(jump);
      target[choice] = op.length;
      literal(other);
      target[end] = op.length;
    }
  }
  return { op: Int32Array.from(op), target: Int32Array.from(target) };
};

/**
 * Walks all ways through the program side by side, one code unit after the other. Nothing can make it
 * backtrack: the work is at most the product of both lengths.
 */
const run = ({ op, target }: Program, text: string): boolean => {
  const end = op.length;
  const enteredAt = new Int32Array(end + 1).fill(-1);
  let passedHash = 0;
  let ways: number[] = [];
  let next: number[] = [];

  const enter = (pc: number, at: number): void => {
    // A way before the furthest `#` that was reached can get no further than that `#` does: it is dropped.
    if (pc < passedHash || enteredAt[pc] === at) return;
    enteredAt[pc] = at;
    const code = op[pc];
    if (code === hash) passedHash = pc;
    if (code !== jump && code !== split) next.push(pc);
    if (code === hash || code === star || code === split) enter(pc + 1, at);
    if (code === jump || code === split) enter(target[pc] ?? end, at);
  };

  enter(0, 0);
  for (let n = 0; n < text.length; n++) {
    if (passedHash === end - 1 && op[passedHash] === hash) return true;
    [ways, next] = [next, []];
    const code = text.charCodeAt(n);
    for (const pc of ways) {
      const step = op[pc];
      if (step === code) enter(pc + 1, n + 1);
      else if (step === hash || (step === star && code !== dotCode && code !== hashCode)) enter(pc, n + 1);
    }
    if (next.length === 0) return false;
  }
  return next.includes(end);
};

/**
 * One `#`, one `*` in a segment and identities without dots leave a regular expression at most two places to choose
 * from at a time: quadratic at worst, and ten times faster than `run` on what policies really hold.
 */
const isTame = (pattern: string, who: AclIdentity): boolean =>
  !/#[\s\S]*#|\*[^.]*\*/.test(pattern) && !`${who.authId}${who.sessionId ?? ''}`.includes('.');

const literally = (text: string): string => text.replace(/[^\w]/g, '\\$&');

const expression = (pattern: string, who: AclIdentity): RegExp => {
  const segments = pattern.split('.').map((segment) => {
    const other = standsFor(segment, who);
    if (other !== undefined) return `(?:${segment}|${literally(other)})`;
    return literally(segment).replace('\\*', '[^.#]*').replace('\\#', '[\\s\\S]*');
  });
  return new RegExp(`^${segments.join('\\.')}$`);
};

/**
 * Compiles one pattern (without `!`): `*` is any run of characters but `.` and `#`, `#` any run of characters, both
 * possibly empty; a segment that is exactly `me`, `my_session` or `edit` also stands for the user, the session or
 * `update`. Everything else is literal. The result says whether it covers a whole required access.
 */
export const compilePattern = (pattern: string, who: AclIdentity): ((required: string) => boolean) => {
  if (isTame(pattern, who)) {
    const regex = expression(pattern, who);
    return (required) => regex.test(required);
  }
  const program = compileProgram(pattern, who);
  return (required) => run(program, required);
};
