import { optionalText } from '@aftertone/platform';
import { z } from 'zod';

/** Seed of an nkey of one kind. */
const nkeySeed = (kind: 'A' | 'X') =>
  z.string().regex(new RegExp(`^S${kind}[A-Z2-7]{56}$`), `must be the seed of an nkey: S${kind}…`);

/** How other software logs in on the bus itself: by callout or by a file of users, or not at all. */
export const directLoginSettings = {
  /** Addresses of the bus as other software reaches it. */
  NATS_SUBSCRIBER_URL: optionalText,
  /** Where the server asks the gateway (2.10 or later): seeds of the keys that sign and unseal, and our system user. */
  NATS_CALLOUT_SEED: nkeySeed('A').optional(),
  NATS_CALLOUT_CURVE_SEED: nkeySeed('X').optional(),
  NATS_SYSTEM_USER: optionalText,
  NATS_SYSTEM_PASSWORD: optionalText,
  /** Where it reads a file of users: that file, and the one in which it says its process id. */
  NATS_USERS_FILE: optionalText,
  NATS_PID_FILE: optionalText,
};

const byCallout = ['NATS_CALLOUT_SEED', 'NATS_CALLOUT_CURVE_SEED', 'NATS_SYSTEM_USER', 'NATS_SYSTEM_PASSWORD'];
const byFile = ['NATS_USERS_FILE', 'NATS_PID_FILE'];

/** What is wrong with settings that are not `isOneWayIn`. */
export const notOneWayIn = `goes together with ${byCallout.join(', ')} or with ${byFile.join(', ')}`;

/** One whole way in with the address, or none. */
export const isOneWayIn = (settings: Readonly<Record<string, unknown>>): boolean => {
  const given = Object.keys(directLoginSettings).filter((name) => settings[name] !== undefined);
  return [[], byCallout, byFile].some((way) => {
    const wanted = way.length === 0 ? [] : ['NATS_SUBSCRIBER_URL', ...way];
    return wanted.length === given.length && wanted.every((name) => given.includes(name));
  });
};
