import { isId } from '@aftertone/kernel';
import { integer, type linkSettings } from '@aftertone/platform';
import { z } from 'zod';
import { ReturnPath } from './return-path.ts';

/** 64 characters before the `@` are what mail has: an id and a signature take 50. */
const returnPath = /^[a-z0-9][a-z0-9._-]{0,12}@[a-z0-9-]+(\.[a-z0-9-]+)+$/i;

/** Mails that come back. */
export const bounceSettings = {
  /**
   * To where undeliverable e-mails come back, `bounces@bounce.example.com`: the envelope's sender is made from it for each
   * e-mail (`bounces+<id>.<signature>@…`). Without it they come back to the sender.
   */
  MAIL_RETURN_PATH: z
    .string()
    .regex(returnPath, 'must be an e-mail address with 13 letters or digits before the @ at most')
    .optional(),
  /** Port of a mail server for what comes back; without it there is none, and a pipe may bring them (`POST /v1/bounces`). */
  BOUNCE_PORT: integer(1, 65_535).optional(),
  /** A returned mail may have the whole e-mail with it. */
  BOUNCE_MAX_BYTES: integer(65_536, 268_435_456).default(33_554_432),
};

const schema = z.object(bounceSettings);

export interface ReturnPathConfig extends Pick<z.output<typeof schema>, 'MAIL_RETURN_PATH'> {
  LINK_SECRET: z.output<typeof linkSettings.LINK_SECRET>;
  LINK_SECRET_PREVIOUS: z.output<typeof linkSettings.LINK_SECRET_PREVIOUS>;
}

/** Null when e-mails that come back come back to their sender. */
export const returnPathOf = (config: ReturnPathConfig): ReturnPath | null => {
  const { MAIL_RETURN_PATH: address, LINK_SECRET, LINK_SECRET_PREVIOUS } = config;
  return address === undefined ? null : new ReturnPath({ address, secrets: [LINK_SECRET, ...LINK_SECRET_PREVIOUS] });
};

/** Message-IDs of our mails begin with the id of their delivery; a mail of several deliveries comes back to its sender. */
export const returnPathByMessageId =
  (path: ReturnPath | null) =>
  (messageId: string): string | null => {
    const id = messageId.slice(1, messageId.indexOf('@'));
    return path !== null && isId(id) ? path.addressFor(id) : null;
  };
