import type { SubscribeOptions } from './options.ts';
import { Subscriber } from './subscriber.ts';

export { SubscriptionClosed, SubscriptionEnded, SubscriptionRefused, TokenRefused } from './errors.ts';
export type { Gap, ReceivedEvent, SubscribeOptions } from './options.ts';
export type { Subscriber } from './subscriber.ts';

/**
 * Follows events: those of the past where `after` asks for them, then what happens, each once and acknowledged by `ack()`.
 * Begins at once (`await events.ready` to know when) and goes on over the absence of gateway and bus until the iteration
 * ends, `signal` aborts, or with `TokenRefused`, `SubscriptionRefused` or `SubscriptionEnded` when nothing else helps.
 */
export const subscribe = (options: SubscribeOptions): Subscriber => new Subscriber(options);
