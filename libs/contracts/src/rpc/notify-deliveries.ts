import { z } from 'zod';
import { id, mailboxId, page, pageQuery } from '../common.ts';
import { delivery, deliveryFilter, deliveryReplay, deliveryRetry, deliveryState } from '../delivery.ts';
import { notificationPreview, previewedMessage } from '../notification-preview.ts';
import { entityId } from './call.ts';
import { commandsOf, queriesOf } from './rpc.ts';

const command = commandsOf('notify');
const query = queriesOf('notify');

/** A bounce is told in the first part of a mail; what follows is the mail that came back. */
export const bounceBytes = 262_144;

/** By administrators of the tenant; anybody else is refused with `administrator-required`. */
export const deliveryCommands = {
  /**
   * Refused with `delivery-not-found`, `delivery-not-failed`, `message-purged`, `delivery-replaced`, `recipient-gone`;
   * another recipient also with `recipient-fixed`, `recipient-invalid`, `recipient-no-follower`,
   * `recipient-already-told`. Answers the delivery that is sent.
   */
  replayDelivery: command('replay-delivery', z.strictObject({ id, ...deliveryRetry.shape }), delivery),
  /** All that have failed by now, in the background. */
  replayDeliveries: command('replay-deliveries', deliveryFilter, deliveryReplay),
  /**
   * An e-mail that says what became of one of ours; `mail` is its beginning in base64, `bounceBytes` at most. The signed
   * address that it came to says which tenant it is about: the caller's own is not looked at.
   */
  recordBounce: command(
    'record-bounce',
    z.strictObject({ mail: z.base64().max(Math.ceil(bounceBytes / 3) * 4) }),
    z.object({ outcome: z.enum(['recorded', 'delayed', 'ignored']) }),
  ),
};

export const deliveryQueries = {
  /** Newest first. */
  findDeliveries: query(
    'find-deliveries',
    z.strictObject({ ...pageQuery, ...deliveryFilter.shape, state: deliveryState.optional() }),
    page(delivery),
  ),
  getDelivery: query('get-delivery', entityId, delivery),
  /**
   * Nothing is sent or written. The gateway has asked mailbox-svc whether the actor may see the mailbox's settings.
   * Refused with `mailbox-unknown` (not-found) while its settings have not arrived.
   */
  previewNotifications: query(
    'preview-notifications',
    z.strictObject({ mailboxId, message: previewedMessage }),
    notificationPreview,
  ),
  getDeliveryReplay: query('get-delivery-replay', entityId, deliveryReplay),
};
