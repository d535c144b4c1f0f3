import { accountsBlock, type DirectLogins } from './accounts.ts';
import { type NatsUser, quoted, userEntry } from './user-entry.ts';

export interface NatsConfig {
  port: number;
  /** Folder of the JetStream files. */
  storeDir: string;
  users: readonly NatsUser[];
  host?: string;
  /** Where the server writes its process id, for whoever makes it read its configuration again. */
  pidFile?: string;
  /** Present: other software may log in itself, apart from the services, which then have an account of their own. */
  directLogins?: DirectLogins;
  /** Further lines of server configuration, as they are. */
  extra?: string;
}

/** The text of a nats-server configuration file: JetStream on, nobody gets in without one of the users. */
export function natsConfig(config: NatsConfig): string {
  return [
    `listen: ${quoted(`${config.host ?? '127.0.0.1'}:${config.port}`)}`,
    `server_name: aftertone-${config.port}`,
    'max_payload: 1MB',
    `jetstream { store_dir: ${quoted(config.storeDir)} }`,
    config.pidFile === undefined ? '' : `pid_file: ${quoted(config.pidFile)}`,
    config.directLogins === undefined ? plainUsers(config.users) : accountsBlock(config.users, config.directLogins),
    config.extra ?? '',
    '',
  ].join('\n');
}

function plainUsers(users: readonly NatsUser[]): string {
  return ['authorization {', '  users: [', ...users.map((user) => `    ${userEntry(user)}`), '  ]', '}'].join('\n');
}
