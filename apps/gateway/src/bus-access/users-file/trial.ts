import { setTimeout as delay } from 'node:timers/promises';
import { connectBus } from '@aftertone/messaging';
import type { NatsConnection } from '@nats-io/transport-node';
import { type BusLogin, busUserOf } from '../logins.ts';

const pauseMs = 100;

/**
 * A subject inside of each of its deliveries and inboxes, on which nothing ever comes. Not of its events: a denial may
 * take these away again.
 */
const samples = ({ permissions }: BusLogin): string[] =>
  permissions.subscribe.allow
    .filter((subject) => !subject.startsWith('evt.') && subject.endsWith('.>'))
    .map((subject) => subject.replace(/>$/, 'trial'));

const mayListen = async (connection: NatsConnection, subjects: readonly string[]): Promise<boolean> => {
  let refused = false;
  const subscriptions = subjects.map((subject) =>
    connection.subscribe(subject, {
      callback: (error) => {
        refused ||= error !== null;
      },
    }),
  );
  // The server refuses before it answers this.
  await connection.flush();
  for (const subscription of subscriptions) subscription.unsubscribe();
  return !refused;
};

/** Logs in until that works and has the permissions of today. Rejects when `signal` aborts. */
export const untilAdmitted = async (
  url: string,
  login: BusLogin,
  tokenText: string,
  signal: AbortSignal,
): Promise<void> => {
  const trial = connectBus({ url, user: busUserOf(login.tokenId), password: tokenText, name: 'gateway-trial' });
  try {
    // A reload changes the permissions of a connection that is open.
    while (!(await mayListen(await trial.whenUp(signal), samples(login)))) await delay(pauseMs, undefined, { signal });
  } finally {
    await trial.close();
  }
};
