import { SERVICES, type Service } from '../data-folder/secrets.ts';
import type { NatsUser } from '../nats/user-entry.ts';

/** Events of one area are published by one service only (DESIGN.md 4.7). */
const EVENT_AREAS: Record<Service, readonly string[]> = {
  mailbox: ['evt.*.mailboxes.>', 'evt.*.voicemails.>', 'evt.*.users.*.voicemails.>'],
  media: ['evt.*.media.>'],
  notify: ['evt.*.notifications.>'],
  gateway: ['evt.*.identity.>'],
};

/** Only the gateway answers the server itself, where that asks who may log in (auth callout of NATS 2.10). */
const ANSWERS_TO_SERVER: Record<Service, readonly string[]> = {
  mailbox: [],
  media: [],
  notify: [],
  gateway: ['$SYS._INBOX.>'],
};

/** Only the gateway asks. */
const CALLS: Record<Service, readonly string[]> = { mailbox: [], media: [], notify: [], gateway: ['cmd.>', 'query.>'] };

/**
 * Whoever is asked answers the gateway. Not by `allow_responses`: for that the server remembers the reply subject of every
 * message that it hands out, those of streams too, which nobody answers there. NATS 2.9 walks through all of the last two
 * minutes with each message, and that alone takes a core at a hundred deposits a second. It also forgets them when it reads
 * its configuration again, and every answer under way would be lost.
 */
const ANSWERS = ['_INBOX.gateway.>'];

/** Reading any stream, and consumers on any stream; changing a stream is for its owner. */
const JETSTREAM = [
  '$JS.API.INFO',
  '$JS.API.STREAM.NAMES',
  '$JS.API.STREAM.LIST',
  '$JS.API.STREAM.INFO.*',
  '$JS.API.STREAM.MSG.GET.*',
  '$JS.API.DIRECT.GET.>',
  '$JS.API.CONSUMER.>',
  '$JS.ACK.>',
  '$JS.FC.>',
];

/** What only some services hear: the gateway says who may log in, and takes in acknowledgements of other software. */
const HEARS: Record<Service, readonly string[]> = {
  mailbox: [],
  media: [],
  notify: [],
  gateway: ['$SYS.REQ.USER.AUTH', 'ack.>'],
};

/** Looking at connections and ending them, by the gateway. */
const CONNECTIONS = ['$SYS.REQ.SERVER.PING.CONNZ', '$SYS.REQ.SERVER.*.CONNZ', '$SYS.REQ.SERVER.*.KICK'];

/** Name of the gateway's user in the system account. */
export const SYSTEM_USER = 'gateway-system';

/** The gateway's user in the system account. */
export function systemUser(password: string): NatsUser {
  return { name: SYSTEM_USER, password, publish: CONNECTIONS, subscribe: ['_INBOX.>'] };
}

/** One user per service with the rights of its part, and `admin` with every right. Nobody else may enter. */
export function busUsers(
  cell: string,
  passwords: Readonly<Record<Service | 'admin', string>>,
): [NatsUser, ...NatsUser[]] {
  const services = SERVICES.map((name): NatsUser => {
    const stream = `EVT_${cell}_${name}`;
    return {
      name,
      password: passwords[name],
      publish: [
        ...EVENT_AREAS[name],
        ...CALLS[name],
        ...ANSWERS,
        ...ANSWERS_TO_SERVER[name],
        ...JETSTREAM,
        `$JS.API.STREAM.*.${stream}`,
        `$JS.API.STREAM.MSG.*.${stream}`,
      ],
      subscribe: ['_INBOX.>', 'evt.>', `cmd.${cell}.${name}.>`, `query.${cell}.${name}.>`, ...HEARS[name]],
    };
  });
  return [{ name: 'admin', password: passwords.admin }, ...services];
}
