import { eventStoreMigrations } from '@aftertone/event-store';
import { messagingMigrations } from '@aftertone/messaging';
import type { MigrationInterface } from 'typeorm';
import { Media1740000000000 } from './1740000000000-media.ts';
import { Spool1740000000001 } from './1740000000001-spool.ts';
import { Storages1740000000002 } from './1740000000002-storages.ts';
import { Renditions1740000000003 } from './1740000000003-renditions.ts';
import { Prompts1740000000004 } from './1740000000004-prompts.ts';
import { Quality1740000000006 } from './1740000000006-quality.ts';
import { GreetingsApplied1740000000007 } from './1740000000007-greetings-applied.ts';
import { CaughtUp1740000000008 } from './1740000000008-caught-up.ts';

/** Everything that the database of media-svc needs. */
export const migrations: ReadonlyArray<new () => MigrationInterface> = [
  ...eventStoreMigrations,
  ...messagingMigrations,
  Media1740000000000,
  Spool1740000000001,
  Storages1740000000002,
  Renditions1740000000003,
  Prompts1740000000004,
  Quality1740000000006,
  GreetingsApplied1740000000007,
  CaughtUp1740000000008,
];
