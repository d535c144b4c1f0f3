/** Head of an answer whose body is as long as it says, over a connection that stays. */
export interface RelayHead {
  status: number;
  headers: Record<string, string>;
  /** Bytes of the body. */
  bytes: number;
}

const plain = new Set([200, 206, 302, 304]);

/**
 * Reads the head of an answer, without its empty line. Null where it is anything but what media-svc says when it plays:
 * refusals, answers in chunks or of unknown length, other versions of HTTP are for a client that knows all of HTTP.
 */
export const readRelayHead = (text: string): RelayHead | null => {
  const [first = '', ...lines] = text.split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})(?: |$)/.exec(first)?.[1]);
  if (!plain.has(status)) return null;
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).toLowerCase();
    // A line that goes on, or a header that comes twice: nothing that we would read rightly.
    if (!/^[a-z0-9-]+$/.test(name) || name in headers) return null;
    headers[name] = line.slice(colon + 1).trim();
  }
  const { 'content-length': length, 'transfer-encoding': coding, connection = 'keep-alive' } = headers;
  if (coding !== undefined || connection.toLowerCase() !== 'keep-alive') return null;
  if (status === 304) return { status, headers, bytes: 0 };
  return length !== undefined && /^\d{1,15}$/.test(length) ? { status, headers, bytes: Number(length) } : null;
};
