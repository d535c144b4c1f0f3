import { type AclIdentity, compileAcl } from '@aftertone/contracts';

/** One segment of a path: this text, or any (`*`). */
export type Step = string | null;

/** An ACL pattern, or one reading of it, as a way through the segments of an access. */
export interface PatternShape {
  steps: readonly Step[];
  /** The access has to end behind the steps, or to go on. */
  end: 'here' | 'deeper';
  /** What else has to hold, of the whole access; null: nothing. */
  check: { key: string; admits: (access: string) => boolean } | null;
}

/** Readings of one pattern; one with more reserved words is compared as a whole. */
const mostReadings = 16;

/** A reserved word stands for itself too (`compileAcl`). */
const readingsOf = (segment: string, { authId, sessionId }: AclIdentity): string[] => {
  if (segment === 'me') return [segment, authId];
  if (segment === 'my_session' && sessionId !== undefined) return [segment, sessionId];
  return segment === 'edit' ? [segment, 'update'] : [segment];
};

const isLiteral = (text: string): boolean => !/[*#.]/.test(text);

const whole = (pattern: string, who: AclIdentity): PatternShape['check'] => ({
  key: /(^|\.)(me|my_session)(\.|$)/.test(pattern) ? JSON.stringify([pattern, who]) : pattern,
  admits: compileAcl([pattern], who),
});

/**
 * The ways on which accesses may be that a pattern (without `!`) covers: exactly these when there is no `check`. Whatever is no
 * literal, `*` or last `#` ends the way, and the pattern as a whole decides.
 */
export const shapesOf = (pattern: string, who: AclIdentity): PatternShape[] => {
  const segments = pattern.split('.');
  let ways: Step[][] = [[]];
  for (const [index, segment] of segments.entries()) {
    if (index === segments.length - 1 && /^[*#]*#[*#]*$/.test(segment)) {
      return ways.map((steps) => ({ steps, end: 'deeper', check: null }));
    }
    const readings = readingsOf(segment, who);
    if (/^\*+$/.test(segment)) ways = ways.map((steps) => [...steps, null]);
    else if (readings.every(isLiteral) && ways.length * readings.length <= mostReadings) {
      ways = ways.flatMap((steps) => readings.map((reading) => [...steps, reading]));
    } else {
      const check = whole(pattern, who);
      return ways.map((steps) => ({ steps, end: 'deeper', check }));
    }
  }
  return ways.map((steps) => ({ steps, end: 'here', check: null }));
};
