import pg from 'pg';
import type { Installation } from '../installation/installation.ts';

/** What one table holds. */
export interface Held {
  /** Inserted without deleted, since counting began. */
  rows: number;
  /** With indexes and what is stored beside the table. */
  bytes: number;
}

export interface GrowthCounter {
  /** By `database: table`. */
  read(): Promise<Map<string, Held>>;
  end(): Promise<void>;
}

const databases = ['mailbox', 'media', 'notify', 'gateway'];

/** Looks how large the tables of all services are. */
export const countGrowth = async ({
  servers,
}: {
  servers: Pick<Installation['servers'], 'superuser'>;
}): Promise<GrowthCounter> => {
  const clients = databases.map((name) => ({
    name,
    client: new pg.Client({ connectionString: servers.superuser(name) }),
  }));
  await Promise.all(clients.map(({ client }) => client.connect()));
  return {
    read: async () => {
      const held = await Promise.all(
        clients.map(async ({ name, client }) => {
          const { rows } = await client.query<Held & { table: string }>(
            `SELECT relname AS "table", (n_tup_ins - n_tup_del)::float8 AS rows, pg_total_relation_size(relid)::float8 AS bytes
             FROM pg_stat_user_tables`,
          );
          return rows.map(({ table, ...held }): [string, Held] => [`${name}: ${table}`, held]);
        }),
      );
      return new Map(held.flat());
    },
    end: async () => {
      await Promise.all(clients.map(({ client }) => client.end()));
    },
  };
};
