import type { ServiceOptions } from '@aftertone/platform';
import { appModule, PARTS } from './app.module.ts';
import type { Config } from './config.ts';
import { prepareHttp } from './http/prepare.ts';
import { statuses } from './http/statuses.ts';
import type { Parts } from './parts.ts';
import { withPlainKeys } from './prompts/plain-keys.ts';

const proxies = (setting: string | undefined): string[] =>
  (setting ?? '')
    .split(',')
    .map((proxy) => proxy.trim())
    .filter((proxy) => proxy !== '');

/** How long a connection may say nothing in either direction: longer than what we cut off or keep alive ourselves. */
const silence = ({ EVENT_HEARTBEAT_MS, UPLOAD_STALL_MS }: Config): number =>
  Math.max(120_000, 2 * EVENT_HEARTBEAT_MS, 2 * UPLOAD_STALL_MS);

/** The gateway as a service to be started. */
export const gateway = (config: Config): ServiceOptions => ({
  name: 'gateway',
  config,
  module: (logger) => appModule(config, logger),
  ready: async (app) => {
    const { cells, database } = app.get<Parts>(PARTS);
    // A cell whose bus is away takes no other cell's tenants with it.
    return { database: await database.isReady(), bus: cells.all.some(({ bus }) => bus.isUp) };
  },
  prepare: (app) => prepareHttp(app, config.PUBLIC_URL),
  statuses,
  bodyLimit: config.MAX_JSON_BYTES,
  server: {
    trustProxy: proxies(config.TRUSTED_PROXIES),
    requestTimeout: config.REQUEST_TIMEOUT_MS,
    connectionTimeout: silence(config),
    rewriteUrl: ({ url = '/' }) => withPlainKeys(url),
  },
});
