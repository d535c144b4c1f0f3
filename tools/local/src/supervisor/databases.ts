import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { SERVICES, type Service } from '../data-folder/secrets.ts';
import { databaseUrl, superuserUrl } from '../postgres/program.ts';

export type DatabaseUrls = Record<Service, string>;

/** The services' read models are read under this role; it belongs to the server, not to one of its databases. */
const READER_ROLE = 'aftertone_reader';

/**
 * Gives every service a database and a role of its own, which owns that database and may enter no other, and returns
 * where they are. What is there already stays. `passwords` are set anew each time.
 */
export async function ensureDatabases(
  server: { port: number; password: string },
  passwords: Readonly<Record<Service, string>>,
): Promise<DatabaseUrls> {
  const client = new Client({ connectionString: superuserUrl(server, 'postgres') });
  await client.connect();
  try {
    await ensureRole(client, READER_ROLE, 'NOLOGIN');
    for (const service of SERVICES) {
      const owner = escapeIdentifier(service);
      await ensureRole(client, service, `LOGIN PASSWORD ${escapeLiteral(passwords[service])}`);
      // Roles belong to the server, and a service's own role may not make any: its migrations find this one done.
      await client.query(`GRANT ${READER_ROLE} TO ${owner}`);
      const found = await client.query('SELECT FROM pg_database WHERE datname = $1', [service]);
      if (found.rowCount === 0) await client.query(`CREATE DATABASE ${owner} OWNER ${owner}`);
      await client.query(`REVOKE CONNECT ON DATABASE ${owner} FROM PUBLIC`);
    }
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

async function ensureRole(client: Client, name: string, attributes: string): Promise<void> {
  const found = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [name]);
  await client.query(`${found.rowCount === 0 ? 'CREATE' : 'ALTER'} ROLE ${escapeIdentifier(name)} ${attributes}`);
}
