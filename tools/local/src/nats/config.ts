/** One account on the bus. Subjects are NATS patterns; an absent list allows everything. */
export interface NatsUser {
  name: string;
  password: string;
  publish?: readonly string[];
  subscribe?: readonly string[];
}

export interface NatsConfig {
  port: number;
  /** Folder of the JetStream files. */
  storeDir: string;
  users: readonly NatsUser[];
  host?: string;
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
    'authorization {',
    '  users: [',
    ...config.users.map((user) => `    ${userEntry(user)}`),
    '  ]',
    '}',
    config.extra ?? '',
    '',
  ].join('\n');
}

function userEntry({ name, password, publish, subscribe }: NatsUser): string {
  const rights = [
    publish === undefined ? '' : `publish: { allow: ${list(publish)} }, `,
    subscribe === undefined ? '' : `subscribe: { allow: ${list(subscribe)} }, `,
    // Whoever is asked may answer, once, on the subject that the question names.
    publish === undefined ? '' : 'allow_responses: true',
  ].join('');
  const permissions = rights === '' ? '' : `, permissions: { ${rights} }`;
  return `{ user: ${quoted(name)}, password: ${quoted(password)}${permissions} }`;
}

function list(subjects: readonly string[]): string {
  return `[${subjects.map(quoted).join(', ')}]`;
}

// The configuration language has no escape for its quotes worth relying on; our values need none.
function quoted(value: string): string {
  if (/["\\\n]/.test(value)) throw new Error(`a NATS setting may not hold quotes, backslashes or line ends: ${value}`);
  return `"${value}"`;
}
