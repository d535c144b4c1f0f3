import { Publisher } from '@aftertone/event-store';
import { connectBus, RpcClient } from '@aftertone/messaging';
import type { Logger } from '@aftertone/platform';
import { makeBusAccess } from './bus-access/make-bus-access.ts';
import { busLogins } from './bus-access/permissions.ts';
import type { Config } from './config.ts';
import { Database } from './database/database.ts';
import { makeLive } from './events/live.ts';
import { readLogs } from './events/replay.ts';
import { ServiceCalls } from './http/service-calls.ts';
import { makeIdentity } from './identity/make-identity.ts';
import { OwnLog } from './identity/own-log.ts';
import { publishIdentity } from './identity/publish.ts';
import { LinkRights } from './links/link-rights.ts';
import { Links } from './links/links.ts';
import { People } from './mailboxes/people.ts';
import { TenantRules } from './mailboxes/tenant-rules.ts';
import { Deposits } from './messages/deposits.ts';
import { MediaClient } from './messages/media/media-client.ts';
import { UploadShares } from './messages/upload/upload-shares.ts';
import { makeSubscriptions } from './subscriptions/make-subscriptions.ts';

const mediaTimeoutMs = 10_000;

/** Everything the gateway is made of, wired together. Connecting goes on in the background. */
export const makeParts = (config: Config, logger: Logger) => {
  const cell = config.AFTERTONE_CELL;
  const bus = connectBus({
    url: config.NATS_URL,
    user: config.NATS_USER,
    password: config.NATS_PASSWORD,
    name: 'gateway',
    log: logger,
  });
  const keks = [config.AFTERTONE_KEK, ...config.AFTERTONE_KEK_PREVIOUS];
  const database = new Database({ url: config.DATABASE_URL_GATEWAY, keks, logger });
  const identity = makeIdentity(config, database);
  const calls = new ServiceCalls(new RpcClient({ bus, cell }));
  const media = new MediaClient({
    url: config.MEDIA_URL,
    secret: config.MEDIA_GRANT_SECRET,
    timeoutMs: mediaTimeoutMs,
  });
  const publisher = new Publisher({ source: `/aftertone/${cell}/gateway`, publish: publishIdentity });
  const ownLog = new OwnLog(database, publisher);
  const readLog = readLogs(calls, (tenantId, after, limit) => ownLog.read(tenantId, after, limit));
  const live = makeLive(config, readLog, identity.authenticator);
  const shares = new UploadShares({
    perUser: config.UPLOADS_PER_USER,
    waiting: config.UPLOADS_WAITING_PER_USER,
    waitMs: config.UPLOAD_WAIT_MS,
  });
  const deposits = new Deposits({ calls, media, shares, stallMs: config.UPLOAD_STALL_MS });
  const { authenticator } = identity;
  const subscribing = makeSubscriptions({ bus, cell, database, authenticator, readLog, logger });
  const logins = busLogins(authenticator, subscribing.subscriptionsTable);
  const busAccess = makeBusAccess({ config, bus, database, logins, logger });
  const people = new People(identity.usersQuery);
  const tenantRules = new TenantRules(identity.tenantsQuery);
  const linkRights = new LinkRights({ calls, authenticator, tenants: identity.tenantsQuery });
  const links = new Links([config.LINK_SECRET, ...config.LINK_SECRET_PREVIOUS], linkRights);
  return {
    ...identity,
    ...subscribing,
    people,
    tenantRules,
    bus,
    database,
    publisher,
    calls,
    media,
    deposits,
    links,
    live,
    busAccess,
  };
};

export type Parts = ReturnType<typeof makeParts>;
