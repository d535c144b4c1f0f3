import { type CloudEvent, contractEvents } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';

/** The message that notify-svc has told of. */
export interface Told {
  id: string;
  tenantId: string;
  mailboxId: string;
}

/** A contract event of notify-svc about a message. */
const notification = (type: string, { tenantId, mailboxId }: Told, data: Record<string, unknown>): CloudEvent => ({
  specversion: '1.0',
  id: newId(),
  source: '/aftertone/c1/notify',
  type,
  subject: `notifications.${mailboxId}.${type.split('_').at(-1)}`,
  time: new Date().toISOString(),
  datacontenttype: 'application/json',
  tenantid: tenantId,
  streamversion: 3,
  correlationid: 'told',
  data,
});

const { notificationCompleted, notificationFailed } = contractEvents;

export const completed = (told: Told, channel: 'email' | 'external' = 'email'): CloudEvent => {
  const data = { mailboxId: told.mailboxId, messageId: told.id, eventId: newId(), delivered: 2, channel };
  return notification(notificationCompleted.type, told, notificationCompleted.data.parse(data));
};

const bounce = { at: '2026-03-02T12:00:00.000Z', status: '5.1.1', detail: 'no such user' };

/** An e-mail that came back; `over` replaces parts of what is told of it. */
export const bounced = (told: Told, over: object = {}): CloudEvent => {
  const about = { mailboxId: told.mailboxId, messageId: told.id, eventId: newId(), deliveryId: newId() };
  const outcome = { channel: 'email', recipient: 'ann@example.test', attempts: 1, detail: bounce.detail, bounce };
  return notification(notificationFailed.type, told, notificationFailed.data.parse({ ...about, ...outcome, ...over }));
};
