import { eventStoreMigrations } from '@aftertone/event-store';
import { messagingMigrations } from '@aftertone/messaging';
import type { MigrationInterface } from 'typeorm';
import { Deliveries1740000000000 } from './1740000000000-deliveries.ts';
import { Chain1740000001000 } from './1740000001000-chain.ts';
import { Templates1740000001010 } from './1740000001010-templates.ts';
import { Webhooks1740000002000 } from './1740000002000-webhooks.ts';
import { DevicesAndGateways1740000003000 } from './1740000003000-devices-and-gateways.ts';
import { DeliveryLists1740000004000 } from './1740000004000-delivery-lists.ts';
import { Escalations1740000005000 } from './1740000005000-escalations.ts';
import { WithoutRecording1740000006000 } from './1740000006000-without-recording.ts';
import { FullMailboxes1740000006010 } from './1740000006010-full-mailboxes.ts';
import { CareByMailbox1740000007010 } from './1740000007010-care-by-mailbox.ts';
import { HeldWebhooks1740000007080 } from './1740000007080-held-webhooks.ts';

/** The whole schema of notify-svc. */
export const migrations: ReadonlyArray<new () => MigrationInterface> = [
  ...eventStoreMigrations,
  ...messagingMigrations,
  Deliveries1740000000000,
  Chain1740000001000,
  Templates1740000001010,
  Webhooks1740000002000,
  DevicesAndGateways1740000003000,
  DeliveryLists1740000004000,
  Escalations1740000005000,
  WithoutRecording1740000006000,
  FullMailboxes1740000006010,
  CareByMailbox1740000007010,
  HeldWebhooks1740000007080,
];
