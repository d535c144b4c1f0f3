import { type Command, conflict, type Decider, notFound } from '@aftertone/kernel';
import { type ActiveUser, absentUser, evolveUser, type Profile, type User, type UserEvent } from './user.ts';

export type CreateUser = Command<'CreateUser', { userId: string; shortId: number; profile: Profile; founder: boolean }>;

export type ChangeUser = Command<
  'ChangeUser',
  {
    changes: { [Field in keyof Profile]?: Profile[Field] | undefined };
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

const create = ({ data, meta }: CreateUser, user: User): UserEvent[] => {
  if (user.status !== 'absent') throw conflict('user-exists', 'This user exists already');
  return [{ type: 'UserCreated', data: { ...data, createdAt: meta.now } }];
};

const change = ({ data }: ChangeUser, user: User): UserEvent[] => {
  const { userId, shortId, profile: before, createdAt } = active(user);
  const given = Object.fromEntries(Object.entries(data.changes).filter(([, value]) => value !== undefined));
  const profile: Profile = { ...before, ...given };
  const fields = Object.keys(profile) as (keyof Profile)[];
  const changed: string[] = fields.filter((field) => profile[field] !== before[field]);
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
