import { type UserChanges, withNotifyChanges } from '@aftertone/contracts';
import { type Command, conflict, type Decider, invalid, notFound } from '@aftertone/kernel';
import { changesOf } from '../changes-of.ts';
import { type ActiveUser, absentUser, evolveUser, type Profile, type User, type UserEvent } from './user.ts';

export type CreateUser = Command<'CreateUser', { userId: string; shortId: number; profile: Profile; founder: boolean }>;

export type ChangeUser = Command<
  'ChangeUser',
  {
    changes: Omit<UserChanges, 'password'>;
    /** A new hash goes into the credential table with the same commit. */
    password: boolean;
  }
>;

export type DeleteUser = Command<'DeleteUser', Record<string, never>>;

export type UserCommand = CreateUser | ChangeUser | DeleteUser;

const active = (user: User): ActiveUser => {
  if (user.status !== 'active') throw notFound('user-not-found', 'There is no such user');
  return user;
};

/** Throws `policies-of-administrator`: an administrator may do everything anyway. */
const checked = (profile: Profile): Profile => {
  if (profile.role !== 'admin' || profile.policyIds.length === 0) return profile;
  const errors = [{ path: 'policyIds', message: 'must be empty for an administrator' }];
  throw invalid('policies-of-administrator', 'An administrator has no policies but the built-in one', { errors });
};

const create = ({ data, meta }: CreateUser, user: User): UserEvent[] => {
  if (user.status !== 'absent') throw conflict('user-exists', 'This user exists already');
  return [{ type: 'UserCreated', data: { ...data, profile: checked(data.profile), createdAt: meta.now } }];
};

const change = ({ data }: ChangeUser, user: User): UserEvent[] => {
  const { userId, shortId, profile: before, createdAt } = active(user);
  const { notify, ...changes } = data.changes;
  const merged = notify === undefined ? changes : { ...changes, notify: withNotifyChanges(before.notify, notify) };
  const { after, changed } = changesOf(before, merged);
  const profile = checked(after);
  if (data.password) changed.push('password');
  return changed.length === 0 ? [] : [{ type: 'UserChanged', data: { userId, shortId, createdAt, changed, profile } }];
};

const decide = (command: UserCommand, user: User): UserEvent[] => {
  switch (command.type) {
    case 'CreateUser':
      return create(command, user);
    case 'ChangeUser':
      return change(command, user);
    case 'DeleteUser':
      return [{ type: 'UserDeleted', data: { userId: active(user).userId } }];
  }
};

export const userDecider: Decider<User, UserCommand, UserEvent> = {
  initialState: absentUser,
  evolve: evolveUser,
  decide,
};
