import { Client } from 'pg';
import { SERVICES, type Service } from '../data-folder/secrets.ts';
import { databaseUrl, superuserUrl } from '../postgres/program.ts';
import { ensureServiceDatabase } from '../postgres/service-database.ts';

export type DatabaseUrls = Record<Service, string>;

/** Which databases: of one cell beside the first, and the services that have one there. */
export interface DatabaseScope {
  services: readonly Service[];
  cell: string;
}

/**
 * Gives every service a database and a role of its own on the built-in server, in the first cell unless told. What is
 * there already stays.
 */
export async function ensureDatabases(
  server: { port: number; password: string },
  passwords: Readonly<Record<Service, string>>,
  scope?: DatabaseScope,
): Promise<DatabaseUrls> {
  const client = new Client({ connectionString: superuserUrl(server, 'postgres') });
  await client.connect();
  try {
    for (const service of scope?.services ?? SERVICES) {
      await ensureServiceDatabase(client, databaseName(service, scope?.cell), passwords[service]);
    }
  } finally {
    await client.end();
  }
  return ownDatabases(server.port, passwords, scope?.cell);
}

/** Databases and roles of the first cell are called as the services are. */
const databaseName = (service: Service, cell?: string): string => (cell === undefined ? service : `${service}_${cell}`);

/** Where the services' databases are on the built-in server. */
export function ownDatabases(port: number, passwords: Readonly<Record<Service, string>>, cell?: string): DatabaseUrls {
  const urlOf = (service: Service): string => {
    const name = databaseName(service, cell);
    return databaseUrl({ port, user: name, password: passwords[service], database: name });
  };
  return { mailbox: urlOf('mailbox'), media: urlOf('media'), notify: urlOf('notify'), gateway: urlOf('gateway') };
}
