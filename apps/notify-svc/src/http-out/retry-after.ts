/** Nobody makes us wait longer. */
const longestMs = 24 * 3_600_000;

/** Reads `Retry-After` (RFC 9110): seconds or a date. Milliseconds from now, a day at most; null if it says nothing. */
export const retryAfterMs = (header: string | undefined, now: Date): number | null => {
  const text = header?.trim() ?? '';
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now.getTime();
  if (!/^\d+$|GMT$/.test(text) || Number.isNaN(ms)) return null;
  return Math.min(Math.max(ms, 0), longestMs);
};
