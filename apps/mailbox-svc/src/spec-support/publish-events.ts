import { type CloudEvent, eventHeaders, eventSubject, type ServiceName } from '@aftertone/contracts';
import { connectBus, jetStreamTarget } from '@aftertone/messaging';

/** Puts events of another service on its stream, which is made first, as its relay does. */
export const publishEvents = async (
  url: string,
  { cell, service }: { cell: string; service: ServiceName },
  events: readonly CloudEvent[],
): Promise<void> => {
  const bus = connectBus({ url, name: 'test' });
  try {
    await bus.whenUp(AbortSignal.timeout(5_000));
    const target = jetStreamTarget({ bus, cell, service, replicas: 1 });
    const { lastSequence } = await target.inspect();
    const messages = events.map((event, n) => ({
      subject: eventSubject(event.tenantid, event.subject),
      id: event.id,
      position: n + 1,
      part: 0,
      headers: { [eventHeaders.position]: String(n + 1), [eventHeaders.part]: '0' },
      body: JSON.stringify(event),
    }));
    await target.publish(messages, lastSequence);
  } finally {
    await bus.close();
  }
};
