import { type CloudEvent, eventHeaders, eventSubject } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { type Bus, jetStreamTarget } from '@aftertone/messaging';

/** Stands where mailbox-svc's relay would: puts events on its stream, canonical subjects only. */
export const mailboxStream = (bus: Bus, cell: string) => {
  const target = jetStreamTarget({ bus, cell, service: 'mailbox' });
  let position = 0;
  return async (...events: CloudEvent[]): Promise<void> => {
    await bus.whenUp();
    const { lastSequence } = await target.inspect();
    const messages = events.map((event) => ({
      subject: eventSubject(event.tenantid, event.subject),
      // Not the event's: what is published again here comes to the consumer again.
      id: newId(),
      position: ++position,
      part: 0,
      headers: { [eventHeaders.contentType]: 'application/cloudevents+json' },
      body: JSON.stringify(event),
    }));
    await target.publish(messages, lastSequence);
  };
};
