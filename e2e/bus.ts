import type { CloudEvent } from '@aftertone/contracts';
import { connect } from '@nats-io/transport-node';
import type { Demo } from './platform.ts';

/** Follows every contract event of the demo tenant on NATS, as a program with the right to all of them would. */
export const subscribe = async ({ natsUrl, tenantId }: Demo) => {
  const address = new URL(natsUrl);
  const connection = await connect({
    servers: address.host,
    user: decodeURIComponent(address.username),
    pass: decodeURIComponent(address.password),
  });
  const events: CloudEvent[] = [];
  connection.subscribe(`evt.${tenantId}.>`, {
    callback: (error, message) => {
      if (!error) events.push(message.json<CloudEvent>());
    },
  });
  await connection.flush();
  return { events, close: () => connection.close() };
};
