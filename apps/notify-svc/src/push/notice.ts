import type { MessageNotice, PlannedDelivery } from '../deliveries/delivery.ts';
import { newMessageNotice, type PushNotice } from './wire/push-notice.ts';

export interface PushContent {
  delivery: Pick<PlannedDelivery, 'facts' | 'caller'> & { notice: MessageNotice };
  badge: number;
  at: Date;
}

/** What a device is told of a message. Who called stays out of it where the message is confidential. */
export const pushNotice = ({ delivery: { facts, caller, notice }, badge, at }: PushContent): PushNotice => {
  const { mailbox, receivedAt, durationMs, urgent, confidential } = notice;
  const { callerName = null, callerNumber = null } = confidential ? {} : (caller ?? {});
  const items = {
    voicemail_id: facts.mailboxId,
    message_id: facts.messageId,
    mailbox_number: mailbox.number,
    message: {
      id: facts.messageId,
      caller_id_name: callerName,
      caller_id_num: callerNumber,
      duration: durationMs === null ? null : Math.round(durationMs / 1000),
      timestamp: Math.floor(Date.parse(receivedAt) / 1000),
      urgent,
    },
  };
  // A repeat takes the place of what came before.
  const collapseId = facts.messageId;
  const pushed = newMessageNotice({ callerName, callerNumber, items, badge, urgent, collapseId, at });
  return confidential ? { ...pushed, body: `${mailbox.name} (${mailbox.number})` } : pushed;
};
