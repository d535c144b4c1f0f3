import { Publisher } from '@aftertone/event-store';
import type { Logger } from '@aftertone/platform';
import { accessToBuses } from './bus-access/access-to-buses.ts';
import { busLogins } from './bus-access/permissions.ts';
import { openCells } from './cells/cells.ts';
import type { Config } from './config.ts';
import { Database } from './database/database.ts';
import { makeLive } from './events/live.ts';
import { readLogs } from './events/replay.ts';
import { GreetingUploads } from './greetings/greeting-uploads.ts';
import { ServiceCalls } from './http/service-calls.ts';
import { makeIdentity } from './identity/make-identity.ts';
import { OwnLog } from './identity/own-log.ts';
import { publishIdentity } from './identity/publish.ts';
import { LinkRights } from './links/link-rights.ts';
import { Links } from './links/links.ts';
import { People } from './mailboxes/people.ts';
import { TenantRules } from './mailboxes/tenant-rules.ts';
import { Deposits } from './messages/deposits.ts';
import { UploadShares } from './messages/upload/upload-shares.ts';
import { Uploads } from './messages/upload/uploads.ts';
import { Prompts } from './prompts/prompts.ts';
import { makeSubscriptions } from './subscriptions/make-subscriptions.ts';

/** Everything the gateway is made of, wired together. Connecting goes on in the background. */
export const makeParts = (config: Config, logger: Logger) => {
  const cells = openCells(config, logger);
  const keks = [config.AFTERTONE_KEK, ...config.AFTERTONE_KEK_PREVIOUS];
  const database = new Database({ url: config.DATABASE_URL_GATEWAY, keks, logger });
  const identity = makeIdentity(config, cells, database);
  const calls = new ServiceCalls(cells);
  const publisher = new Publisher({ source: `/aftertone/${cells.home.name}/gateway`, publish: publishIdentity });
  const ownLog = new OwnLog(database, publisher);
  const readLog = readLogs(calls, (tenantId, after, limit) => ownLog.read(tenantId, after, limit));
  const { authenticator, directory } = identity;
  const live = makeLive({ config, cells, readLog, authenticator, clock: () => database.clock() });
  const shares = new UploadShares({
    perUser: config.UPLOADS_PER_USER,
    waiting: config.UPLOADS_WAITING_PER_USER,
    waitMs: config.UPLOAD_WAIT_MS,
  });
  const uploads = new Uploads({ cells, shares, stallMs: config.UPLOAD_STALL_MS });
  const deposits = new Deposits({ calls, uploads });
  const greetingUploads = new GreetingUploads({ calls, uploads, maxSeconds: config.GREETING_MAX_SECONDS });
  const prompts = new Prompts({ calls, uploads, maxSeconds: config.PROMPT_MAX_SECONDS });
  const subscribing = makeSubscriptions({ cells, database, authenticator, readLog, logger });
  const logins = busLogins(authenticator, subscribing.subscriptionsTable);
  const busAccess = accessToBuses({ cells, database, logins, logger });
  const people = new People(identity.usersQuery);
  const tenantRules = new TenantRules(identity.tenantsQuery);
  const linkRights = new LinkRights({ calls, authenticator, directory, tenants: identity.tenantsQuery });
  const links = new Links([config.LINK_SECRET, ...config.LINK_SECRET_PREVIOUS], linkRights);
  return {
    ...identity,
    ...subscribing,
    people,
    tenantRules,
    cells,
    bus: cells.home.bus,
    database,
    publisher,
    calls,
    deposits,
    greetingUploads,
    prompts,
    links,
    live,
    busAccess,
  };
};

export type Parts = ReturnType<typeof makeParts>;
