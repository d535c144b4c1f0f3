import pg from 'pg';
import { DataSource, type MigrationInterface } from 'typeorm';

/** Advisory lock that one migrating process holds, in the database it migrates. */
const migrationLock = 7_205_759_402;

/**
 * Brings a database to the latest schema. Any number of processes may call it at once: one works, the others wait and
 * find nothing to do (TypeORM's own migrators collide). Each migration is a transaction of its own.
 *
 * @returns names of the migrations that this call ran
 */
export async function migrate(url: string, migrations: ReadonlyArray<new () => MigrationInterface>): Promise<string[]> {
  const guard = new pg.Client({ connectionString: url, application_name: 'aftertone-migrate' });
  guard.on('error', () => undefined); // a lost connection shows in the next query
  await guard.connect();
  try {
    await guard.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    const dataSource = new DataSource({
      type: 'postgres',
      url,
      applicationName: 'aftertone-migrate',
      migrations: [...migrations],
      migrationsTransactionMode: 'each',
      installExtensions: false,
      extra: { max: 1 },
    });
    await dataSource.initialize();
    try {
      return (await dataSource.runMigrations()).map((migration) => migration.name);
    } finally {
      await dataSource.destroy();
    }
  } finally {
    await guard.end();
  }
}
