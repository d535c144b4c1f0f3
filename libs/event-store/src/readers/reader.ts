import { isId } from '@aftertone/kernel';
import type pg from 'pg';
import { DataSource, type DataSourceOptions, type EntityManager } from 'typeorm';
import { numberTypes, withSettings } from '../database/connect.ts';
import { asStoreError, isUnavailable } from '../database/errors.ts';
import { readerRole, tenantSetting } from '../schema/tenancy.sql.ts';

export interface ReaderOptions {
  /** Default `aftertone-reader`. */
  applicationName?: string;
  /** Sessions at most; default 8. */
  poolSize?: number;
  /** Default 2,000 ms. */
  connectTimeoutMs?: number;
  /** Default 4,000 ms. */
  statementTimeoutMs?: number;
}

/**
 * Sessions for queries on behalf of tenants. They run in a role that owns nothing, read only, under row-level
 * security: outside of `asTenant` they see no row at all.
 */
export async function openReader(
  url: string,
  entities: NonNullable<DataSourceOptions['entities']>,
  options: ReaderOptions = {},
): Promise<DataSource> {
  const statementTimeoutMs = options.statementTimeoutMs ?? 4_000;
  const session = withSettings(url, {
    role: readerRole,
    default_transaction_read_only: 'on',
    statement_timeout: String(statementTimeoutMs),
    idle_in_transaction_session_timeout: String(statementTimeoutMs),
  });
  const dataSource = new DataSource({
    type: 'postgres',
    url: session.url,
    entities,
    installExtensions: false,
    applicationName: options.applicationName ?? 'aftertone-reader',
    connectTimeoutMS: options.connectTimeoutMs ?? 2_000,
    extra: {
      options: session.options,
      types: numberTypes, // TypeORM's own parseInt8 would change every connection of the process
      max: options.poolSize ?? 8,
      query_timeout: statementTimeoutMs + 1_000,
    },
  });
  await dataSource.initialize();
  const [who]: Array<{ current_user: string }> = await dataSource.query('SELECT current_user');
  if (who?.current_user !== readerRole) {
    await dataSource.destroy();
    throw new Error(`reading sessions run as ${who?.current_user ?? 'nobody'} and not as ${readerRole}`);
  }
  return dataSource;
}

/**
 * Runs queries that see one tenant's rows, in one read-only transaction.
 *
 * @throws DomainError unavailable `store-unavailable` when the database does not answer
 */
export async function asTenant<T>(
  dataSource: DataSource,
  tenantId: string,
  read: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  if (!isId(tenantId)) throw new Error('a tenant id is a GUID');
  const runner = dataSource.createQueryRunner();
  let session: pg.PoolClient | null = null;
  try {
    session = await runner.connect();
    // One round trip instead of three; the id was checked, and SET takes no parameters.
    await runner.query(`BEGIN READ ONLY; SET LOCAL ${tenantSetting} = '${tenantId}'`);
    const result = await read(runner.manager);
    await runner.query('COMMIT');
    return result;
  } catch (error) {
    // A session that does not answer would keep its next user waiting: the pool drops one that is ending.
    if (isUnavailable(error)) session?.end().catch(() => undefined);
    else await runner.query('ROLLBACK').catch(() => session?.end());
    throw asStoreError(error);
  } finally {
    await runner.release();
  }
}
