import { list, type NatsUser, quoted, userEntry } from './user-entry.ts';

/** How software other than the services gets in. */
export interface DirectLogins {
  /** Looks at connections and ends them (the gateway). */
  system: NatsUser;
  /** Who decides: the gateway, asked by the server (2.10 or later), or a file of users that the gateway writes. */
  by: { callout: CalloutKeys } | { usersFile: string };
}

/** Public halves of the gateway's keys. */
export interface CalloutKeys {
  /** Account key (`A…`) that signs who may come in. */
  issuer: string;
  /** Curve key (`X…`) with which tokens are sealed on their way to the gateway. */
  curve: string;
}

/**
 * Services and other software in accounts of their own. JetStream and services answer to whatever reply subject a client
 * names; in one account a subscriber could have the server publish events or commands that way. So events and
 * deliveries go one way, and acknowledgements go to the gateway (`ack.>`), which never answers them: an answer
 * of JetStream would come back into the subscribers' account on any subject that the subscriber named.
 */
export function accountsBlock(users: readonly NatsUser[], { system, by }: DirectLogins): string {
  return [
    'system_account: SYS',
    'accounts {',
    `  SYS { users: [${userEntry(system)}] }`,
    '  AFTERTONE {',
    '    jetstream: enabled',
    '    users: [',
    ...users.map((user) => `      ${userEntry(user)}`),
    '    ]',
    '    exports: [{ stream: "evt.>" }, { stream: "sub.>" }, { service: "ack.>" }]',
    '  }',
    '  SUBSCRIBERS {',
    '    imports: [',
    '      { stream: { account: AFTERTONE, subject: "evt.>" } }',
    '      { stream: { account: AFTERTONE, subject: "sub.>" } }',
    '      { service: { account: AFTERTONE, subject: "ack.>" }, to: "$JS.ACK.>" }',
    '    ]',
    'usersFile' in by ? `    include ${quoted(by.usersFile)}` : '',
    '  }',
    '}',
    'callout' in by ? calloutBlock([system, ...users], by.callout) : '',
  ].join('\n');
}

function calloutBlock(known: readonly NatsUser[], { issuer, curve }: CalloutKeys): string {
  return [
    'authorization {',
    '  auth_callout {',
    `    issuer: ${quoted(issuer)}`,
    `    xkey: ${quoted(curve)}`,
    '    account: AFTERTONE',
    // They are who answers, or must work without whoever does.
    `    auth_users: ${list(known.map(({ name }) => name))}`,
    '  }',
    '}',
  ].join('\n');
}
