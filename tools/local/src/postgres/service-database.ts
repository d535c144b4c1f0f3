import { type Client, escapeIdentifier, escapeLiteral } from 'pg';

/** The services' read models are read under this role; it belongs to the server, not to one of its databases. */
const READER_ROLE = 'aftertone_reader';

/** Advisory lock of whoever makes roles: two who make or grant one at once fail. */
const ROLES_LOCK = 7_205_759_410;

/**
 * Makes a database and a role of the same name, which owns it and nothing else, unless they are there; the password is
 * set anew. Nobody else may enter the database.
 *
 * @param superuser an open connection, to any database of the server
 */
export async function ensureServiceDatabase(superuser: Client, name: string, password: string): Promise<void> {
  const quoted = escapeIdentifier(name);
  await superuser.query('SELECT pg_advisory_lock($1)', [ROLES_LOCK]);
  try {
    await ensureRole(superuser, READER_ROLE, 'NOLOGIN');
    await ensureRole(superuser, name, `LOGIN PASSWORD ${escapeLiteral(password)}`);
    // A service's own role may not make roles: its migrations find this one made and granted.
    await superuser.query(`GRANT ${READER_ROLE} TO ${quoted}`);
  } finally {
    await superuser.query('SELECT pg_advisory_unlock($1)', [ROLES_LOCK]);
  }
  const found = await superuser.query('SELECT FROM pg_database WHERE datname = $1', [name]);
  if (found.rowCount === 0) await superuser.query(`CREATE DATABASE ${quoted} OWNER ${quoted}`);
  await superuser.query(`REVOKE CONNECT ON DATABASE ${quoted} FROM PUBLIC`);
}

async function ensureRole(superuser: Client, name: string, attributes: string): Promise<void> {
  const found = await superuser.query('SELECT FROM pg_roles WHERE rolname = $1', [name]);
  await superuser.query(`${found.rowCount === 0 ? 'CREATE' : 'ALTER'} ROLE ${escapeIdentifier(name)} ${attributes}`);
}
