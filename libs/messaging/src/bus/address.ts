/** What the client library takes: it knows no credentials inside of URLs. */
export interface Address {
  servers: string[];
  user?: string;
  pass?: string;
  /** Present when the connection must be encrypted. */
  tls?: Record<string, never>;
}

/** `nats://user:password@a:4222,nats://b:4222` in its parts; the first credentials are used for all. */
export const addressOf = (url: string, user?: string, password?: string): Address => {
  const urls = url.split(',').map((part) => new URL(part.includes('://') ? part.trim() : `nats://${part.trim()}`));
  const named = urls.find((part) => part.username !== '');
  const name = user ?? (named && decodeURIComponent(named.username));
  const pass = password ?? (named && decodeURIComponent(named.password));
  return {
    servers: urls.map((part) => part.host),
    ...(urls.some((part) => part.protocol === 'tls:') ? { tls: {} } : {}),
    ...(name === undefined ? {} : { user: name }),
    ...(pass === undefined ? {} : { pass }),
  };
};
