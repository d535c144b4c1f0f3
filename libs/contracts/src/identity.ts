import { z } from 'zod';
import { emailAddress, id, instant, language, shortText, tenantId, timezone, userId } from './common.ts';
import {
  initialTenantNotify,
  initialUserNotify,
  tenantNotify,
  tenantNotifyChanges,
  userNotify,
  userNotifyChanges,
} from './notification-settings.ts';
import { keepsAll, retention, retentionChanges } from './retention.ts';

/** Where the mailboxes of a tenant are: databases, recordings, bus and services of their own. */
export const cellName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must be 1 to 32 lower-case letters, digits and hyphens');

export const tenant = z.object({
  id: tenantId,
  /** Null for the platform's first tenant. */
  parentId: id.nullable(),
  /** Unique on the platform; used at log-in. */
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,62}$/, 'must be 1 to 63 lower-case letters, digits, dots and hyphens'),
  /** False: at most one global mailbox in a context. */
  multipleSharedMailboxes: z.boolean().default(true),
  notify: tenantNotify.default(initialTenantNotify),
  /** Of its mailboxes that do not say otherwise. */
  retention: retention.default(keepsAll),
  /** The cell in which the tenant lives; absent in events of tenants that were created before cells had a name there. */
  cell: cellName.optional(),
  createdAt: instant,
  /** Version for ETag / If-Match. */
  version: z.number().int().default(1),
});
export type Tenant = z.output<typeof tenant>;

export const tenantChanges = z
  .strictObject({ multipleSharedMailboxes: z.boolean(), notify: tenantNotifyChanges, retention: retentionChanges })
  .partial();
export type TenantChanges = z.output<typeof tenantChanges>;

/** An access with wildcards (`*`, `#`), reserved words (`me`, `my_session`, `edit`) and `!` for denial. */
export const aclPattern = z
  .string()
  .regex(/^!?[A-Za-z0-9_*#.-]{1,256}$/, 'must be an access pattern of letters, digits and . _ - * #, ! in front denies')
  .meta({
    description: 'Access pattern, for example `aftertone.mailboxes.*.read`, `events.users.me.#` or `!events.#`',
  });
export const acl = z.array(aclPattern).max(200);

const policyFields = {
  /** Unique in the tenant. */
  name: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'must be 1 to 63 lower-case letters, digits, _ and -'),
  description: shortText.nullable(),
  acl,
};
export const newPolicy = z.strictObject({ ...policyFields, description: policyFields.description.default(null) });
export type NewPolicy = z.output<typeof newPolicy>;
export const policyChanges = z.strictObject(policyFields).partial();
export type PolicyChanges = z.output<typeof policyChanges>;

export const policy = z.object({
  id,
  tenantId,
  ...policyFields,
  /** Comes with Aftertone and cannot be changed. */
  builtIn: z.boolean(),
  createdAt: instant,
  updatedAt: instant,
  version: z.number().int(),
});
export type Policy = z.output<typeof policy>;

const serviceTokenFields = {
  name: shortText.min(1, 'must not be empty'),
  acl: acl.min(1, 'must name at least one access'),
  /** Null: until it is deleted. */
  expiresAt: instant.nullable(),
};
export const newServiceToken = z.strictObject({
  ...serviceTokenFields,
  expiresAt: serviceTokenFields.expiresAt.default(null),
});
export type NewServiceToken = z.output<typeof newServiceToken>;

/** A token of other software, without the token itself. */
export const serviceToken = z.object({
  id,
  tenantId,
  ...serviceTokenFields,
  createdAt: instant,
  /** Who made it. */
  createdBy: id,
  /** Within about a minute; null: never. */
  lastUsedAt: instant.nullable(),
});
export type ServiceToken = z.output<typeof serviceToken>;

export const username = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}$/, 'must be 1 to 128 letters, digits and . _ @ + -');
export const password = z.string().min(10, 'must have at least 10 characters').max(256);

export const role = z.enum(['user', 'admin']);

const userFields = {
  username,
  firstName: shortText.nullable(),
  lastName: shortText.nullable(),
  email: emailAddress.nullable(),
  timezone: timezone.nullable(),
  language: language.nullable(),
  role,
  /**
   * Policies of a `user`, which replace the built-in one; empty: the built-in policy of the role. An administrator has
   * the administrators' policy and no others.
   */
  policyIds: z
    .array(id)
    .max(20)
    .overwrite((ids) => [...new Set(ids)]),
};

export const newUser = z.strictObject({
  username,
  password,
  firstName: userFields.firstName.default(null),
  lastName: userFields.lastName.default(null),
  email: userFields.email.default(null),
  timezone: userFields.timezone.default(null),
  language: userFields.language.default(null),
  role: role.default('user'),
  policyIds: userFields.policyIds.default([]),
  notify: userNotifyChanges.default({}),
});
export type NewUser = z.output<typeof newUser>;

export const userChanges = z.strictObject({ ...userFields, password, notify: userNotifyChanges }).partial();
export type UserChanges = z.output<typeof userChanges>;

export const user = z.object({
  id: userId,
  tenantId,
  /** Platform-wide integer id. */
  shortId: z.number().int(),
  ...userFields,
  policyIds: userFields.policyIds.default([]),
  notify: userNotify.default(initialUserNotify),
  createdAt: instant,
  updatedAt: instant,
  version: z.number().int(),
});
export type User = z.output<typeof user>;

/** Ids of the built-in policies, the same in every tenant. */
export const builtInPolicyIds: Readonly<Record<z.output<typeof role>, string>> = {
  user: '00000000-0000-4000-8000-000000000001',
  admin: '00000000-0000-4000-8000-000000000002',
};

/** The access of whoever administers a tenant: every mailbox is theirs, and tenants below their own. */
export const administerAccess = 'aftertone.tenant.administer';

/** ACL patterns of the built-in policies; `me` stands for the token's user, `groups.me` for the user's group mailboxes. */
export const rolePolicies: Readonly<Record<z.output<typeof role>, readonly string[]>> = {
  user: [
    'aftertone.mailboxes.read',
    'aftertone.mailboxes.*.read',
    'aftertone.mailboxes.*.update',
    'aftertone.mailboxes.*.pin.#',
    'aftertone.mailboxes.*.counts.read',
    'aftertone.mailboxes.*.members.#',
    'aftertone.mailboxes.*.greetings.#',
    'aftertone.mailboxes.*.messages.#',
    'aftertone.mailboxes.*.notifications.#',
    'aftertone.mailboxes.*.retention.read',
    'aftertone.mailboxes.*.webhooks.#',
    'aftertone.messages.#',
    'aftertone.users.me.read',
    'aftertone.users.me.notifications.#',
    'aftertone.users.me.devices.#',
    'aftertone.push.vapid-key.read',
    'aftertone.prompts.read',
    'aftertone.prompts.*.read',
    'aftertone.tokens.current.delete',
    'aftertone.events.read',
    'aftertone.subscriptions.#',
    'events.users.me.#',
    'events.voicemails.global.#',
    'events.voicemails.groups.me.#',
  ],
  admin: ['aftertone.#', 'events.#'],
};
