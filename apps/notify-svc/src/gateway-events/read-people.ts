import {
  type CloudEvent,
  contractEvents,
  id,
  initialTenantNotify,
  initialUserNotify,
  tenantNotify,
  userNotify,
} from '@aftertone/contracts';
import { z } from 'zod';
import type { KnownTenant } from '../known/known-tenants.ts';
import type { KnownUser } from '../known/known-users.ts';
import { readData } from '../mailbox-events/read.ts';

// The little that is needed here: whatever else a newer gateway says, its events stay readable.
const userNews = z.object({
  userId: id,
  user: z.object({
    username: z.string(),
    firstName: z.string().nullable(),
    lastName: z.string().nullable(),
    email: z.string().nullable(),
    language: z.string().nullable(),
    timezone: z.string().nullable(),
    notify: userNotify.default(initialUserNotify),
  }),
});
const userGone = z.object({ userId: id });
const tenantNews = z.object({
  tenantId: id,
  tenant: z.object({ name: z.string(), notify: tenantNotify.default(initialTenantNotify) }),
});

/** What an event of the gateway means to notifications. */
export type PeopleNews =
  | { kind: 'user'; user: KnownUser }
  | { kind: 'user-gone'; userId: string }
  | { kind: 'tenant'; tenantId: string; tenant: KnownTenant };

/** Null when it means nothing. @throws DomainError invalid `event-unreadable` */
export const readPeople = (event: CloudEvent): PeopleNews | null => {
  switch (event.type) {
    case contractEvents.userCreated.type:
    case contractEvents.userUpdated.type: {
      const { userId, user } = readData(userNews, event);
      const { username, firstName, lastName, email, language, timezone, notify } = user;
      const name = [firstName, lastName].filter((part) => part !== null && part !== '').join(' ') || username;
      return { kind: 'user', user: { id: userId, name, email, language, timezone, notify } };
    }
    case contractEvents.userDeleted.type:
      return { kind: 'user-gone', userId: readData(userGone, event).userId };
    case contractEvents.tenantCreated.type:
    case contractEvents.tenantUpdated.type:
      return { kind: 'tenant', ...readData(tenantNews, event) };
    default:
      return null;
  }
};
