import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { Installation } from '../installation/installation.ts';

/** The only one of an installation of the campaign. */
export const CELL = 'c1';

/** A connection with every right, as no service and no subscriber has it; it reconnects for ever. */
export function connectAsAdmin({ servers: { bus } }: Installation): Promise<NatsConnection> {
  const { name = '', password = '' } = bus.users.admin ?? {};
  // Services may answer nobody but the gateway.
  const inboxPrefix = '_INBOX.gateway.chaos';
  const patience = { timeout: 10_000, maxReconnectAttempts: -1, reconnectTimeWait: 200 };
  return connect({ servers: new URL(bus.url).host, user: name, pass: password, inboxPrefix, ...patience });
}
