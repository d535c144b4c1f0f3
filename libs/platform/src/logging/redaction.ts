/** Secrets by the end of their name, in any case: `adminToken`, `smtp_password`. */
const secret = /(password|secret|token|authorization|cookie|signature)$/i;

/** Caller data, contents of e-mails and short secrets, by their whole name in lower case. */
const hidden = new Set([
  'pin',
  'pass',
  'grant',
  'caller',
  'callernumber',
  'callername',
  'callednumber',
  'callid',
  'transcript',
  'body',
  'text',
  'html',
  'attachments',
]);
const maxDepth = 8;

/** Names are a few hundred, written by us, and looked at for each line. */
const known = new Map<string, boolean>();
const mostKnown = 2_000;

const isHidden = (name: string): boolean => {
  const before = known.get(name);
  if (before !== undefined) return before;
  const answer = secret.test(name) || hidden.has(name.toLowerCase());
  if (known.size < mostKnown) known.set(name, answer);
  return answer;
};

/** `value` as it may be logged: hidden fields read `[redacted]` at any depth; errors stay as they are. */
export const redacted = (value: unknown, depth = 0): unknown => {
  if (typeof value !== 'object' || value === null || value instanceof Error || value instanceof Date) return value;
  if (depth >= maxDepth) return '[deeper]';
  if (Array.isArray(value)) return value.map((item) => redacted(item, depth + 1));
  return redactedFields(value as Record<string, unknown>, depth);
};

/** The same for the fields of one object: a copy where something is hidden, which is hardly ever, since each line comes by here. */
export const redactedFields = (value: Record<string, unknown>, depth = 0): Record<string, unknown> => {
  let copy: Record<string, unknown> | undefined;
  for (const name of Object.keys(value)) {
    const field = value[name];
    const shown = field != null && isHidden(name) ? '[redacted]' : redacted(field, depth + 1);
    if (shown === field) continue;
    copy ??= { ...value };
    copy[name] = shown;
  }
  return copy ?? value;
};
