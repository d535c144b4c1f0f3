import { integer } from '@aftertone/platform';
import { z } from 'zod';
import { type Network, networkOf } from './address-rules.ts';

const notNetworks = 'must be networks such as 10.1.0.0/16 or fd00::/8 with commas between them';

const networks = z.string().transform((text, context): Network[] => {
  try {
    return text.split(',').map((cidr) => networkOf(cidr.trim()));
  } catch {
    context.addIssue({ code: 'custom', message: notNetworks });
    return z.NEVER;
  }
});

/** How notify-svc calls URLs that tenants gave it. Part of its environment. */
export const outgoingSettings = {
  /** Networks besides the public Internet in which they may be: `10.1.0.0/16,fd00::/8`. */
  OUTGOING_ALLOW_NETWORKS: networks.default([]),
  /** `http://` is called too; otherwise `https://` only. */
  OUTGOING_ALLOW_HTTP: z.stringbool({ error: 'must be true or false' }).default(false),
  /** How long one call may take from looking its host up to the end of the answer. */
  OUTGOING_TIMEOUT_MS: integer(100, 60_000).default(5_000),
  /** Connections that are kept open for the next call, at most; idle ones are closed after seconds. */
  OUTGOING_KEPT_CONNECTIONS: integer(0, 10_000).default(200),
};
