import { Client } from 'pg';
import { SERVICES, type Service } from '../data-folder/secrets.ts';
import { databaseUrl, superuserUrl } from '../postgres/program.ts';
import { ensureServiceDatabase } from '../postgres/service-database.ts';

export type DatabaseUrls = Record<Service, string>;

/** Gives every service a database and a role of its own on the built-in server. What is there already stays. */
export async function ensureDatabases(
  server: { port: number; password: string },
  passwords: Readonly<Record<Service, string>>,
): Promise<DatabaseUrls> {
  const client = new Client({ connectionString: superuserUrl(server, 'postgres') });
  await client.connect();
  try {
    for (const service of SERVICES) await ensureServiceDatabase(client, service, passwords[service]);
  } finally {
    await client.end();
  }
  return ownDatabases(server.port, passwords);
}

/** Where the services' databases are on the built-in server. */
export function ownDatabases(port: number, passwords: Readonly<Record<Service, string>>): DatabaseUrls {
  const urlOf = (service: Service): string =>
    databaseUrl({ port, user: service, password: passwords[service], database: service });
  return { mailbox: urlOf('mailbox'), media: urlOf('media'), notify: urlOf('notify'), gateway: urlOf('gateway') };
}
