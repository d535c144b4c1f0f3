import { initialUserNotify, type User as UserView } from '@aftertone/contracts';
import type { DomainEvent } from '@aftertone/kernel';

/** What others know of a person. The password's hash is in the credential table, never in an event. */
export type Profile = Pick<
  UserView,
  'username' | 'firstName' | 'lastName' | 'email' | 'timezone' | 'language' | 'role' | 'policyIds' | 'notify'
>;

/** What events of before there was such a thing do not have. */
type LaterFields = 'policyIds' | 'notify';

/** As it is stored. */
export type StoredProfile = Omit<Profile, LaterFields> & Partial<Pick<Profile, LaterFields>>;

export const profileFrom = (stored: StoredProfile): Profile => ({
  ...stored,
  policyIds: stored.policyIds ?? [],
  notify: stored.notify ?? initialUserNotify,
});

export type UserCreated = DomainEvent<
  'UserCreated',
  {
    userId: string;
    shortId: number;
    profile: StoredProfile;
    createdAt: string;
    /** The first administrator of a tenant: opens the tenant's count of administrators. */
    founder: boolean;
  }
>;

export type UserChanged = DomainEvent<
  'UserChanged',
  {
    userId: string;
    shortId: number;
    createdAt: string;
    /** Names of the changed fields; `password` among them without its value. */
    changed: string[];
    /** All of it as it is now, so that publishing needs no other event. */
    profile: StoredProfile;
  }
>;

export type UserDeleted = DomainEvent<'UserDeleted', { userId: string }>;

export type UserEvent = UserCreated | UserChanged | UserDeleted;

export type ActiveUser = {
  status: 'active';
  userId: string;
  shortId: number;
  profile: Profile;
  createdAt: string;
};

export type User = { status: 'absent' } | ActiveUser | { status: 'deleted' };

export const absentUser: User = { status: 'absent' };

export const evolveUser = (_state: User, event: UserEvent): User => {
  switch (event.type) {
    case 'UserCreated':
    case 'UserChanged': {
      const { userId, shortId, profile, createdAt } = event.data;
      return { status: 'active', userId, shortId, profile: profileFrom(profile), createdAt };
    }
    case 'UserDeleted':
      return { status: 'deleted' };
  }
};
