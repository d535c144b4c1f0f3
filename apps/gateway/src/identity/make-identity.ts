import { Authenticator } from '../access/authenticator.ts';
import { Issuers } from '../access/oidc/issuers.ts';
import { VouchedUsers } from '../access/oidc/vouched-users.ts';
import { SessionStore } from '../access/session-store.ts';
import type { Cells } from '../cells/cells.ts';
import type { Config } from '../config.ts';
import type { Database } from '../database/database.ts';
import { Directory } from './directory.ts';
import { Passwords } from './passwords.ts';
import { PoliciesQuery } from './policies/policies.query.ts';
import { Policies } from './policies/policies.ts';
import { ServiceTokenUses } from './service-tokens/service-token-uses.ts';
import { ServiceTokensQuery } from './service-tokens/service-tokens.query.ts';
import { ServiceTokens } from './service-tokens/service-tokens.ts';
import { FounderAppointment } from './tenants/founder-appointment.ts';
import { TenantsQuery } from './tenants/tenants.query.ts';
import { Tenants } from './tenants/tenants.ts';
import { LogInLimit } from './tokens/log-in-limit.ts';
import { Tokens } from './tokens/tokens.ts';
import { UserAccess } from './users/user-access.ts';
import { UsersQuery } from './users/users.query.ts';
import { Users } from './users/users.ts';

/** Log-ins that wait for their hash; at about 30 ms each, the last of them still gets its answer in seconds. */
const waitingLogIns = 200;

/** Who is who and may do what, wired together. */
export const makeIdentity = (config: Config, cells: Cells, database: Database) => {
  const directory = new Directory(database);
  const passwords = new Passwords({ parallel: config.PASSWORD_HASHES, waiting: waitingLogIns });
  const serviceTokenUses = new ServiceTokenUses(database);
  const authenticator = new Authenticator({
    store: new SessionStore(database),
    clock: () => database.clock(),
    vouched: new VouchedUsers(new Issuers(config.OIDC_ISSUERS), database),
    onUse: (session) => serviceTokenUses.note(session),
  });
  const founders = new FounderAppointment(database);
  const usersQuery = new UsersQuery(database);
  const policiesQuery = new PoliciesQuery(database);
  const serviceTokensQuery = new ServiceTokensQuery(database);
  const access = new UserAccess(policiesQuery);
  const limit = new LogInLimit(database, {
    perUser: config.LOGIN_TRIES_PER_USER,
    perAddress: config.LOGIN_TRIES_PER_ADDRESS,
    windowSeconds: config.LOGIN_WINDOW_SECONDS,
  });
  const lifeMs = config.TOKEN_HOURS * 3_600_000;
  return {
    directory,
    authenticator,
    founders,
    tenantsQuery: new TenantsQuery(database, cells.home.name),
    tenants: new Tenants({ database, directory, cells, passwords, founders }),
    policiesQuery,
    policies: new Policies(database, policiesQuery),
    usersQuery,
    users: new Users({ database, directory, passwords, query: usersQuery, access }),
    tokens: new Tokens({ database, directory, passwords, limit, authenticator, lifeMs }),
    serviceTokensQuery,
    serviceTokens: new ServiceTokens(database, serviceTokensQuery),
    serviceTokenUses,
  };
};
