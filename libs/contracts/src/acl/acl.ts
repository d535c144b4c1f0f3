import { type AclIdentity, compilePattern } from './pattern.ts';

/** Says whether a token may do what needs this access. Null: the route or event needs none. */
export type AclCheck = (required: string | null) => boolean;

const compile = (patterns: readonly string[], who: AclIdentity): AclCheck => {
  const granted = patterns.filter((pattern) => !pattern.startsWith('!'));
  const denied = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  const grants = granted.map((pattern) => compilePattern(pattern, who));
  const denials = denied.map((pattern) => compilePattern(pattern, who));
  return (required) =>
    required === null || (!denials.some((matches) => matches(required)) && grants.some((matches) => matches(required)));
};

/** Compiled lists, least recently used first. A gateway asks with the same few tokens again and again. */
const compiled = new Map<string, AclCheck>();
const mostCompiled = 500;

/**
 * Compiles a token's patterns (wazo.md section 4): a matching `!` pattern denies, whatever the order; else a matching
 * pattern allows; else it is denied. The result is cached by value and safe against hostile patterns.
 */
export const compileAcl = (patterns: readonly string[], who: AclIdentity): AclCheck => {
  const key = JSON.stringify([who.authId, who.sessionId ?? null, patterns]);
  const check = compiled.get(key) ?? compile(patterns, who);
  compiled.delete(key);
  compiled.set(key, check);
  if (compiled.size > mostCompiled) {
    const [oldest] = compiled.keys();
    if (oldest !== undefined) compiled.delete(oldest);
  }
  return check;
};

export const aclAllows = (patterns: readonly string[], required: string | null, who: AclIdentity): boolean =>
  compileAcl(patterns, who)(required);

/**
 * The access that a route needs: `{placeholders}` of the template become their values, in which `.` becomes `_` so
 * that a value never adds a segment. Throws a plain error when a value is missing.
 */
export const requiredAccess = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replace(/\{([^}]*)\}/g, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw new Error(`no value for {${name}} of the access ${template}`);
    return value.replaceAll('.', '_');
  });
