import { eventStoreMigrations } from '@aftertone/event-store';
import { messagingMigrations } from '@aftertone/messaging';
import type { MigrationInterface } from 'typeorm';
import { ReadModels1740000000000 } from './1740000000000-read-models.ts';
import { Pin1740000000001 } from './1740000000001-pin.ts';
import { Sharing1740000000002 } from './1740000000002-sharing.ts';
import { TeamAndMarks1740000000003 } from './1740000000003-team-and-marks.ts';
import { CountedGlobals1740000000004 } from './1740000000004-counted-globals.ts';
import { Departures1740000000005 } from './1740000000005-departures.ts';
import { HeardStatesInStamps1740000000006 } from './1740000000006-heard-states-in-stamps.ts';
import { Storage1740000000007 } from './1740000000007-storage.ts';
import { FlatLists1740000000008 } from './1740000000008-flat-lists.ts';
import { OwnLists1740000000009 } from './1740000000009-own-lists.ts';
import { EmptyMessages1740000000010 } from './1740000000010-empty-messages.ts';
import { Greetings1740000000011 } from './1740000000011-greetings.ts';
import { Retention1740000000012 } from './1740000000012-retention.ts';
import { HeldDeleted1740000000013 } from './1740000000013-held-deleted.ts';

/** All migrations of this service's database, in order. */
export const migrations: ReadonlyArray<new () => MigrationInterface> = [
  ...eventStoreMigrations,
  ...messagingMigrations,
  ReadModels1740000000000,
  Pin1740000000001,
  Sharing1740000000002,
  TeamAndMarks1740000000003,
  CountedGlobals1740000000004,
  Departures1740000000005,
  HeardStatesInStamps1740000000006,
  Storage1740000000007,
  FlatLists1740000000008,
  OwnLists1740000000009,
  EmptyMessages1740000000010,
  Greetings1740000000011,
  Retention1740000000012,
  HeldDeleted1740000000013,
];
