import { eventStoreMigrations } from '@aftertone/event-store';
import { ReadModels1740000000000 } from './1740000000000-read-models.ts';
import { Pin1740000000001 } from './1740000000001-pin.ts';
import { Sharing1740000000002 } from './1740000000002-sharing.ts';
import { TeamAndMarks1740000000003 } from './1740000000003-team-and-marks.ts';

/** All migrations of this service's database, in order. */
export const migrations = [
  ...eventStoreMigrations,
  ReadModels1740000000000,
  Pin1740000000001,
  Sharing1740000000002,
  TeamAndMarks1740000000003,
];
