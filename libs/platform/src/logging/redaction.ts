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

const isHidden = (name: string): boolean => secret.test(name) || hidden.has(name.toLowerCase());

/** A copy of `value` to be logged: hidden fields read `[redacted]` at any depth; errors stay as they are. */
export const redacted = (value: unknown, depth = 0): unknown => {
  if (typeof value !== 'object' || value === null || value instanceof Error || value instanceof Date) return value;
  if (depth >= maxDepth) return '[deeper]';
  if (Array.isArray(value)) return value.map((item) => redacted(item, depth + 1));
  return redactedFields(value, depth);
};

/** The same for the fields of one object. */
export const redactedFields = (value: object, depth = 0): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name,
      isHidden(name) && field != null ? '[redacted]' : redacted(field, depth + 1),
    ]),
  );
