import { eventStoreMigrations } from '@aftertone/event-store';
import { messagingMigrations } from '@aftertone/messaging';
import type { MigrationInterface } from 'typeorm';
import { Identity1700000100001 } from './1700000100001-identity.ts';
import { Policies1700000100010 } from './1700000100010-policies.ts';
import { BusLogin1700000100020 } from './1700000100020-bus-login.ts';
import { GroupAccess1700000100030 } from './1700000100030-group-access.ts';
import { Subscriptions1700000100040 } from './1700000100040-subscriptions.ts';
import { Notify1700000100050 } from './1700000100050-notify.ts';
import { Cells1700000100060 } from './1700000100060-cells.ts';
import { Retention1700000100070 } from './1700000100070-retention.ts';

/** The whole schema of the gateway. */
export const migrations: ReadonlyArray<new () => MigrationInterface> = [
  ...eventStoreMigrations,
  ...messagingMigrations,
  Identity1700000100001,
  Policies1700000100010,
  BusLogin1700000100020,
  GroupAccess1700000100030,
  Subscriptions1700000100040,
  Notify1700000100050,
  Cells1700000100060,
  Retention1700000100070,
];
