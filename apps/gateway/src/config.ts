import { password, tenant, username } from '@aftertone/contracts';
import {
  busSettings,
  databaseUrl,
  grantSettings,
  integer,
  keySettings,
  linkSettings,
  optionalText,
  serverSettings,
} from '@aftertone/platform';
import { z } from 'zod';
import { issuerList } from './access/oidc/issuer-settings.ts';
import { directLoginSettings, isOneWayIn, notOneWayIn } from './bus-access/settings.ts';
import { cellList } from './cells/cell-settings.ts';

const bootstrap = {
  BOOTSTRAP_TENANT_NAME: tenant.shape.name.optional(),
  BOOTSTRAP_ADMIN_USERNAME: username.optional(),
  BOOTSTRAP_ADMIN_PASSWORD: password.optional(),
};

const allOrNone = (settings: Record<string, unknown>): boolean =>
  new Set(Object.keys(bootstrap).map((name) => settings[name] === undefined)).size === 1;

/** The settings of the gateway. */
export const configSchema = z
  .object({
    ...serverSettings,
    ...busSettings,
    ...keySettings,
    ...grantSettings,
    ...linkSettings,
    DATABASE_URL_GATEWAY: databaseUrl,
    /** Cells that this gateway serves beside its own: a JSON object. */
    AFTERTONE_CELLS: cellList,
    /** Address of media-svc as the gateway reaches it. */
    MEDIA_URL: z.url(),
    /** Address of the gateway as clients reach it. */
    PUBLIC_URL: z.url(),
    ...directLoginSettings,
    /** Made together when no tenant exists. */
    ...bootstrap,
    /** Proxies whose `X-Forwarded-For` is believed: addresses or networks with commas between them. */
    TRUSTED_PROXIES: optionalText,
    /** OpenID Connect issuers whose tokens are taken beside our own: a JSON array. */
    OIDC_ISSUERS: issuerList,
    TOKEN_HOURS: integer(1, 8_760).default(12),
    /** Log-ins of one user name, and from one address, in one window. */
    LOGIN_TRIES_PER_USER: integer(1, 1_000).default(10),
    LOGIN_TRIES_PER_ADDRESS: integer(1, 100_000).default(100),
    LOGIN_WINDOW_SECONDS: integer(1, 86_400).default(900),
    /** Password hashes at a time; each takes a thread and 19 MiB. */
    PASSWORD_HASHES: integer(1, 64).default(2),
    /** Largest JSON body, in bytes. */
    MAX_JSON_BYTES: integer(1_024, 16_777_216).default(1_048_576),
    /** An upload that sends nothing for so long is cut off; media-svc must be more patient. */
    UPLOAD_STALL_MS: integer(100, 600_000).default(20_000),
    /** Longest greeting. */
    GREETING_MAX_SECONDS: integer(1, 3_600).default(300),
    /** Uploads of one user at a time in one process: a share of what media-svc takes. */
    UPLOADS_PER_USER: integer(1, 10_000).default(128),
    /** So many more of one user wait for their turn, and so long at most. */
    UPLOADS_WAITING_PER_USER: integer(0, 100_000).default(2_048),
    UPLOAD_WAIT_MS: integer(0, 600_000).default(10_000),
    /** Longest recording that replaces a prompt. */
    PROMPT_MAX_SECONDS: integer(1, 3_600).default(120),
    /** Longest time for one whole request to arrive. */
    REQUEST_TIMEOUT_MS: integer(1_000, 86_400_000).default(1_800_000),
    EVENT_HEARTBEAT_MS: integer(100, 600_000).default(15_000),
    /** Unread bytes at which a reader of events is given up. */
    EVENT_BUFFER_BYTES: integer(65_536, 268_435_456).default(2_097_152),
    /** Event streams open at a time in one process. */
    EVENT_STREAMS: integer(1, 1_000_000).default(5_000),
  })
  .refine(allOrNone, { path: ['BOOTSTRAP_TENANT_NAME'], message: 'goes together with the other BOOTSTRAP settings' })
  .refine(isOneWayIn, { path: ['NATS_SUBSCRIBER_URL'], message: notOneWayIn })
  .refine(({ AFTERTONE_CELL: own, AFTERTONE_CELLS: others }) => !(own in others), {
    path: ['AFTERTONE_CELLS'],
    message: "has the gateway's own cell, which AFTERTONE_CELL names",
  });

export type Config = z.output<typeof configSchema>;
