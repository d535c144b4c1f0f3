import type { NatsConnection } from '@nats-io/transport-node';

/** Resolves when the server has all that was published; rejects when the connection ends, which `flush` does not tell. */
export const flushed = (connection: NatsConnection): Promise<void> =>
  Promise.race([connection.flush(), connection.closed().then(() => Promise.reject(new Error('the connection ended')))]);
