import type { Channel, DeliveryPurpose, TenantNotify } from '@aftertone/contracts';
import type { PlannedContent } from '../deliveries/delivery.ts';
import type { GatewayKind } from '../gateways/gateway.ts';
import type { KnownMailbox } from '../known/known-mailboxes.ts';
import type { KnownUser } from '../known/known-users.ts';
import type { NewMessage } from '../mailbox-events/read-news.ts';

/** Everything about one new message that decides who is told. */
export interface Situation {
  /** The contract event that tells of the message. */
  eventId: string;
  correlationId: string;
  messageId: string;
  mailboxId: string;
  /** Of the counts that the message has changed. */
  revision: number;
  message: NewMessage['message'];
  mailbox: KnownMailbox;
  tenant: TenantNotify;
  /** Users behind the addresses that the mailbox names, by address in lower case. */
  usersByEmail: ReadonlyMap<string, KnownUser>;
  /** Those that the tenant has. */
  gateways: ReadonlySet<GatewayKind>;
  now: Date;
}

/** Somebody who could be told and is not. */
export interface Skipped {
  channel: Channel;
  recipient: string;
  userId: string | null;
  /** Lasting code. */
  reason: string;
  /** Says why, and what to do. */
  message: string;
}

/** What comes of a situation. */
export interface Plan {
  planned: PlannedContent[];
  skipped: Skipped[];
}

export const nothing: Plan = { planned: [], skipped: [] };

export const joined = (plans: readonly Plan[]): Plan => ({
  planned: plans.flatMap(({ planned }) => planned),
  skipped: plans.flatMap(({ skipped }) => skipped),
});

export interface Recipient {
  channel: Channel;
  recipient: string;
  userId?: string | null;
  purpose?: DeliveryPurpose;
  /** Who names it. */
  named?: NonNullable<PlannedContent['facts']['named']>;
}

export const factsFor = (
  { eventId, correlationId, messageId, mailboxId }: Situation,
  { channel, recipient, userId = null, purpose = 'message', named }: Recipient,
): PlannedContent['facts'] => ({
  ...{ eventId, correlationId, messageId, mailboxId, channel, purpose, recipient, userId },
  ...(named !== undefined && { named }),
});

export const skip = ({ channel, recipient, userId = null }: Recipient, reason: string, message: string): Skipped => ({
  channel,
  recipient,
  userId,
  reason,
  message,
});
