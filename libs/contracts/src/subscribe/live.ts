import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { Acks } from './acks.ts';
import { SubscriptionEnded, SubscriptionRefused, TokenRefused } from './errors.ts';
import { flushed } from './flushed.ts';
import type { Gateway, Opened } from './gateway.ts';
import type { Intake } from './intake.ts';
import type { SubscribeOptions } from './options.ts';
import { pause } from './pause.ts';

const dialMs = 5_000;
/** How often the gateway is asked whether the subscription is still there. */
const checkMs = 60_000;
/** A connection that held so long was a good one: the next attempt need not wait. */
const goodMs = 10_000;

export interface LiveParts {
  options: SubscribeOptions;
  gateway: Gateway;
  intake: Intake;
  acks: Acks;
  signal: AbortSignal;
  onProblem: (problem: Error) => void;
}

/** What no repetition mends. */
const isFinal = (error: unknown): boolean =>
  error instanceof TokenRefused || error instanceof SubscriptionRefused || error instanceof SubscriptionEnded;

const connectionOf = async ({ nats }: Opened, { options, gateway }: LiveParts): Promise<NatsConnection> =>
  connect({
    servers: [...(options.servers ?? nats.servers)],
    user: nats.user,
    pass: await gateway.currentToken(),
    inboxPrefix: nats.inboxPrefix,
    name: `aftertone subscriber ${options.durable ?? ''}`.trim(),
    timeout: dialMs,
    // Reconnecting is done here: each time with what the gateway says then, and a token that is still good.
    reconnect: false,
    // A server that went away without a word is noticed within half a minute.
    pingInterval: 10_000,
    maxPingOut: 2,
  });

/** Follows one connection until it ends; the error that ended it, if the bus refused something. */
const follow = async (connection: NatsConnection, opened: Opened, parts: LiveParts): Promise<void> => {
  const { acks, gateway, intake, signal } = parts;
  let failure: Error | undefined;
  const end = (error?: Error): void => {
    failure ??= error;
    connection.close().catch(() => undefined);
  };
  const stop = () => end();
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop(); // while it was being dialled
  const check = setInterval(() => {
    gateway.check(opened.id).catch((error: Error) => end(error));
  }, checkMs);
  try {
    acks.attach(connection);
    const subscription = connection.subscribe(opened.deliverSubject, {
      callback: (error, message) => (error ? end(error) : intake.onMessage(message)),
    });
    intake.from(subscription);
    await flushed(connection);
    const closed = await connection.closed();
    if (closed instanceof Error) failure ??= closed;
  } finally {
    clearInterval(check);
    signal.removeEventListener('abort', stop);
    acks.detach();
    await connection.close().catch(() => undefined);
  }
  if (failure !== undefined && !signal.aborted) throw failure;
};

/** Delivers from the bus until `signal` aborts, over as many connections as it takes. Throws what cannot be mended. */
export const live = async (first: Opened, parts: LiveParts): Promise<void> => {
  const { gateway, options, signal, onProblem } = parts;
  let opened = first;
  for (let attempt = 0; !signal.aborted; attempt++) {
    const began = Date.now();
    try {
      await follow(await connectionOf(opened, parts), opened, parts);
      onProblem(new Error('the connection to the bus ended'));
    } catch (error) {
      if (isFinal(error)) throw error;
      onProblem(new Error('the connection to the bus failed', { cause: error }));
    }
    if (Date.now() - began > goodMs) attempt = 0;
    await pause(attempt, signal);
    if (signal.aborted) return;
    gateway.forgetToken();
    // One with a name is made again should somebody have deleted it; one without would begin anew, behind a gap.
    opened = options.durable === undefined ? await gateway.check(opened.id) : await gateway.open();
  }
};
