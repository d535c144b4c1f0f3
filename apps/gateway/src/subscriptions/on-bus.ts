import { setTimeout as delay } from 'node:timers/promises';
import { DomainError, unavailable } from '@aftertone/kernel';

const withinMs = 2_000;
const retryMs = 50;

/**
 * Asks JetStream, again for a moment when it refuses: a server of before 2.10 has none while it reads its users again.
 * `work` may be done more than once. Throws `bus-unavailable` in place of JetStream's own errors.
 */
export const onBus = async <T>(work: () => Promise<T>): Promise<T> => {
  const end = performance.now() + withinMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof DomainError) throw error;
      if (performance.now() > end)
        throw unavailable('bus-unavailable', 'The message bus did not do what a subscription takes', {}, error);
    }
    await delay(retryMs);
  }
};
