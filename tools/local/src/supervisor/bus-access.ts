import type { Service } from '../data-folder/secrets.ts';
import { natsAddress } from '../nats/program.ts';

/** A NATS server, and who may log in there. */
export interface BusAccess {
  url: string;
  users: Record<Service | 'admin', { name: string; password: string } | undefined>;
}

/** Our own server with the users of its configuration. */
export function ownBus(port: number, passwords: Readonly<Record<Service | 'admin', string>>): BusAccess {
  const loginOf = (name: Service | 'admin') => ({ name, password: passwords[name] });
  return {
    url: natsAddress(port),
    users: {
      mailbox: loginOf('mailbox'),
      media: loginOf('media'),
      notify: loginOf('notify'),
      gateway: loginOf('gateway'),
      admin: loginOf('admin'),
    },
  };
}

/** The address with the credentials of a user who may subscribe to everything. */
export function subscriberAddress({ url, users }: BusAccess): string {
  if (users.admin === undefined) return url;
  // One address of a cluster is enough to find the others.
  const address = new URL(url.split(',')[0] ?? url);
  address.username = encodeURIComponent(users.admin.name);
  address.password = encodeURIComponent(users.admin.password);
  return address.href;
}
