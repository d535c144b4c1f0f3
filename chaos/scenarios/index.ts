import type { Scenario } from '../scenario.ts';
import { brokenBus } from './broken-bus.ts';
import { brokenDatabase } from './broken-database.ts';
import { brokenReceivers } from './broken-receivers.ts';
import { clockJumps, databaseClockJumps } from './clock-jumps.ts';
import { killedServices } from './killed-services.ts';
import { lostDisk } from './lost-disk.ts';
import { objectStorage } from './object-storage.ts';
import { poison } from './poison.ts';
import { rollingRestart } from './rolling-restart.ts';
import { spoolFull } from './spool-full.ts';
import { storageAway } from './storage-away.ts';
import { onTwoReplicas } from './two-replicas.ts';
import { sinceLastCommit, sinceNewestMigration } from './two-versions.ts';

/** All ways to break an installation, in the order in which they are tried. */
export const scenarios: readonly Scenario[] = [
  killedServices,
  brokenBus,
  brokenDatabase,
  brokenReceivers,
  spoolFull,
  storageAway,
  objectStorage,
  onTwoReplicas(killedServices),
  onTwoReplicas(brokenBus),
  lostDisk,
  rollingRestart,
  sinceNewestMigration,
  sinceLastCommit,
  poison,
  clockJumps,
  onTwoReplicas(clockJumps),
  databaseClockJumps,
];
