import type { Config } from '../config.ts';

/** The server asks us who may log in; 2.10 or later. */
export interface CalloutWay {
  kind: 'callout';
  /** Seed of the account nkey (`SA…`) that signs our answers. */
  seed: string;
  /** Seed of the curve key (`SX…`) to which the server seals what it asks. */
  curveSeed: string;
  /** Our user in the system account. */
  system: { user: string; password: string };
}

/** We write a file of users that the server's configuration includes, and tell the server to read it. */
export interface UsersFileWay {
  kind: 'users-file';
  usersFile: string;
  pidFile: string;
}

export interface DirectLogins {
  /** Addresses of the bus as other software reaches it. */
  servers: string[];
  way: CalloutWay | UsersFileWay;
}

/** Account in which other software is, as the server's configuration names it. */
export const subscribersAccount = 'SUBSCRIBERS';

/** How other software gets onto the bus; undefined where it does not. */
export const directLoginsOf = (config: Config): DirectLogins | undefined => {
  const { NATS_SUBSCRIBER_URL: urls, NATS_USERS_FILE: usersFile, NATS_PID_FILE: pidFile } = config;
  const { NATS_CALLOUT_SEED: seed, NATS_CALLOUT_CURVE_SEED: curveSeed } = config;
  const { NATS_SYSTEM_USER: user, NATS_SYSTEM_PASSWORD: password } = config;
  if (urls === undefined) return undefined;
  const servers = urls.split(',').map((url) => url.trim());
  if (usersFile !== undefined && pidFile !== undefined)
    return { servers, way: { kind: 'users-file', usersFile, pidFile } };
  if (seed !== undefined && curveSeed !== undefined && user !== undefined && password !== undefined)
    return { servers, way: { kind: 'callout', seed, curveSeed, system: { user, password } } };
  return undefined;
};
