import { migrate } from '../migrate.ts';
import { eventStoreMigrations } from '../schema/migrations.ts';

// Started by a test, with the database as its argument; answers with the names of what it ran.
process.send?.(await migrate(process.argv[2] ?? '', eventStoreMigrations), () => process.disconnect());
