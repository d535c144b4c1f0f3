import { eventStoreMigrations } from '@aftertone/event-store';
import { messagingMigrations } from '@aftertone/messaging';
import { Deliveries1740000000000 } from './1740000000000-deliveries.ts';

/** The whole schema of notify-svc. */
export const migrations = [...eventStoreMigrations, ...messagingMigrations, Deliveries1740000000000];
