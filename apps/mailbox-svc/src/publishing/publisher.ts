import { Publisher } from '@aftertone/event-store';
import { publishEvent } from './publish-event.ts';

/** Turns this service's stored events into what others see of them. */
export const mailboxPublisher = (cell: string): Publisher =>
  new Publisher({ source: `/aftertone/${cell}/mailbox`, publish: publishEvent });
