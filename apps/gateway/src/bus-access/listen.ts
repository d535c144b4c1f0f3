import type { Bus } from '@aftertone/messaging';
import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import type { Stoppable } from '../background/repeatedly.ts';

/** Hears a subject together with all other gateways, each message in one of them, whenever the bus is up. */
export const listen = (
  bus: Bus,
  subject: string,
  take: (message: Msg, connection: NatsConnection) => void,
): Stoppable => {
  let heard: { connection: NatsConnection; subscription: Subscription } | undefined;
  const stopListening = bus.onUp((connection) => {
    // After an interruption the client library restores the subscriptions of a connection by itself.
    if (heard?.connection === connection) return;
    const subscription = connection.subscribe(subject, {
      queue: 'gateway',
      callback: (error, message) => {
        if (error === null) take(message, connection);
      },
    });
    heard = { connection, subscription };
  });
  return {
    stop: async () => {
      stopListening();
      heard?.subscription.unsubscribe();
    },
  };
};
