import { migrate } from '@aftertone/event-store';
import { databaseUrl, loadConfig, runJob, serverSettings } from '@aftertone/platform';
import { z } from 'zod';
import { migrations } from './migrations/index.ts';

// Brings the database to this version and ends, for whoever does that before the new services start.
const { LOG_LEVEL, DATABASE_URL_GATEWAY: url } = loadConfig(
  z.object({ LOG_LEVEL: serverSettings.LOG_LEVEL, DATABASE_URL_GATEWAY: databaseUrl }),
);
await runJob({
  name: 'gateway-migrate',
  level: LOG_LEVEL,
  work: async (logger) => logger.info({ migrations: await migrate(url, migrations) }, 'migrated'),
});
