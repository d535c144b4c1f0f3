import { z } from 'zod';
import { emailAddress, id, instant, language, shortText, tenantId, timezone, userId } from './common.ts';

export const tenant = z.object({
  id: tenantId,
  /** Null for the platform's first tenant. */
  parentId: id.nullable(),
  /** Unique on the platform; used at log-in. */
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,62}$/, 'must be 1 to 63 lower-case letters, digits, dots and hyphens'),
  createdAt: instant,
});
export type Tenant = z.output<typeof tenant>;

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
});
export type NewUser = z.output<typeof newUser>;

export const userChanges = z.strictObject({ ...userFields, password }).partial();
export type UserChanges = z.output<typeof userChanges>;

export const user = z.object({
  id: userId,
  tenantId,
  /** Platform-wide integer id. */
  shortId: z.number().int(),
  ...userFields,
  createdAt: instant,
  updatedAt: instant,
  version: z.number().int(),
});
export type User = z.output<typeof user>;

/** ACL patterns of the two built-in policies; `me` stands for the token's user. */
export const rolePolicies: Readonly<Record<z.output<typeof role>, readonly string[]>> = {
  user: [
    'aftertone.mailboxes.read',
    'aftertone.mailboxes.*.read',
    'aftertone.mailboxes.*.pin.#',
    'aftertone.mailboxes.*.counts.read',
    'aftertone.mailboxes.*.messages.#',
    'aftertone.messages.#',
    'aftertone.users.me.read',
    'aftertone.tokens.current.delete',
    'aftertone.events.read',
    'events.users.me.#',
    'events.voicemails.global.#',
  ],
  admin: ['aftertone.#', 'events.#'],
};
