import { type CloudEvent, eventHeaders, eventSubject, mailboxPath } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { jetStreamTarget } from '@aftertone/messaging';
import type { GatewayUnderTest } from './start-gateway.ts';

/** Publishes events on the bus as the relay of mailbox-svc does, faster than a caller could leave messages. */
export class EventPublisher {
  private readonly target: ReturnType<typeof jetStreamTarget>;
  private readonly cell: string;
  private position = 0;

  constructor(gateway: GatewayUnderTest, cell: string) {
    this.cell = cell;
    this.target = jetStreamTarget({ bus: gateway.parts.bus, cell, service: 'mailbox', replicas: 1 });
  }

  /** Makes the stream; resolves when the gateway follows it. */
  async open(): Promise<void> {
    await this.target.inspect();
  }

  /** These events in their order, each with the paths of its copies. */
  async tell(events: readonly (readonly [event: CloudEvent, ...audience: string[]])[]): Promise<void> {
    const messages = events.map(([event, ...audience]) => {
      this.position += 1;
      const headers = audience.length === 0 ? {} : { [eventHeaders.audience]: audience.join(',') };
      const subject = eventSubject(event.tenantid, event.subject);
      return { subject, id: event.id, position: this.position, part: 0, headers, body: JSON.stringify(event) };
    });
    const { lastSequence } = await this.target.inspect();
    await this.target.publish(messages, lastSequence);
  }

  /** `count` events of one tenant with about `bytes` of data each; resolves with their ids when the bus has them. */
  async publish(tenantId: string, { count = 1, bytes = 10, audience = [] }: PublishOptions = {}): Promise<string[]> {
    const mailboxId = newId();
    const path = mailboxPath(mailboxId, 'messages', 'created');
    const messages = Array.from({ length: count }, () => {
      this.position += 1;
      const event: CloudEvent = {
        specversion: '1.0',
        id: newId(),
        source: `/aftertone/${this.cell}/mailbox`,
        type: 'message_created',
        subject: path,
        time: new Date().toISOString(),
        datacontenttype: 'application/json',
        tenantid: tenantId,
        sequence: this.position,
        streamversion: 1,
        correlationid: 'test',
        data: { mailboxId, text: 'x'.repeat(bytes) },
      };
      const headers = audience.length === 0 ? {} : { [eventHeaders.audience]: audience.join(',') };
      const subject = eventSubject(tenantId, path);
      return { subject, id: event.id, position: this.position, part: 0, headers, body: JSON.stringify(event) };
    });
    const { lastSequence } = await this.target.inspect();
    await this.target.publish(messages, lastSequence);
    return messages.map(({ id }) => id);
  }
}

export interface PublishOptions {
  count?: number;
  bytes?: number;
  /** Paths of the copies. */
  audience?: readonly string[];
}
