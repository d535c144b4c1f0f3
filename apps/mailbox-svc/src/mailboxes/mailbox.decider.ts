import { isDeepStrictEqual } from 'node:util';
import {
  defaultQuota,
  inheritsAll,
  type LegalHold,
  type MailboxChanges,
  type MemberGrant,
  type NewMailbox,
  withNotifyChanges,
} from '@aftertone/contracts';
import { type Command, conflict, type Decider } from '@aftertone/kernel';
import { refusedByHold } from '../legal-hold/refusals.ts';
import type { Mailbox, MailboxEvent, MailboxFacts, MailboxSettings, QuotaLimit } from './mailbox.ts';
import {
  mailboxNotShared,
  memberIn,
  noMembers,
  removeMember,
  setMember,
  withMember,
  withoutMember,
} from './members/members.ts';
import { wholeNotify } from './notify-settings.ts';
import { type Changer, mailboxNotFound, neededFor, permittedIn } from './permission.ts';

export { mailboxNotFound };

/** `by`: who may do it is decided with the rest. Others are the platform's own, or administrators'. */
export type MailboxCommand =
  /** `sole`: a context has one global mailbox at most. */
  | Command<'CreateMailbox', { settings: NewMailbox; shortId: number; sole?: boolean }>
  | Command<'ChangeMailbox', { changes: MailboxChanges; by: Changer; sole?: boolean; ifVersion?: number }>
  | Command<'SetMember', { userId: string; grant: MemberGrant; by: Changer }>
  | Command<'RemoveMember', { userId: string; by: Changer }>
  /** The user is gone: from owners and members alike. */
  | Command<'RemoveUser', { userId: string }>
  | Command<'HoldMailbox', { hold: Pick<LegalHold, 'reason' | 'by'>; by: Changer; ifVersion?: number }>
  | Command<'EndMailboxHold', { by: Changer; ifVersion?: number }>
  | Command<'CloseMailbox', { ifVersion?: number }>
  | Command<'SetPin', { by: Changer }>
  | Command<'RemovePin', { by: Changer }>
  | Command<'LockPin', { until: string }>
  | Command<'RefuseDeposit', { limit: QuotaLimit; revision: number }>
  | Command<'ConfirmPurged', Record<string, never>>;

/** A box that is full tells so again after this time at the earliest while nothing in it changes. */
const refusalIntervalMs = 1_000;

type Open = Extract<Mailbox, { status: 'open' }>;

const openOnly = (state: Mailbox): Open => {
  if (state.status !== 'open') throw mailboxNotFound();
  return state;
};

const managed = (state: Mailbox, by: Changer): Open => {
  const open = openOnly(state);
  permittedIn(open, by, 'settings');
  return open;
};

/** The mailbox, when this one may change these fields of it. */
const permitted = (state: Mailbox, { changes, by }: { changes: MailboxChanges; by: Changer }): Open => {
  const open = openOnly(state);
  permittedIn(open, by, neededFor(changes));
  // An administrator may prepare what a personal mailbox will be.
  const isPersonal = open.mailbox.accessType === 'personal';
  if (changes.heardState !== undefined && isPersonal && !by.actor.admin) throw mailboxNotShared();
  return open;
};

const seenAt = (version: number, ifVersion: number | undefined): void => {
  if (ifVersion === undefined || ifVersion === version) return;
  throw conflict('version-mismatch', `The mailbox is at version ${version}, not ${ifVersion}.`, { version });
};

const touched = (mailbox: MailboxFacts, now: string): MailboxFacts => ({
  ...mailbox,
  updatedAt: now,
  version: mailbox.version + 1,
});

/** Without the keys whose value is undefined: an absent field of a change keeps what is there. */
const given = <T extends object>(changes: T): { [K in keyof T]?: Exclude<T[K], undefined> } => {
  const kept: { [K in keyof T]?: Exclude<T[K], undefined> } = {};
  for (const key in changes) {
    const value = changes[key];
    if (value !== undefined) kept[key] = value as (typeof kept)[typeof key];
  }
  return kept;
};

const create = ({ settings, shortId }: { settings: NewMailbox; shortId: number }, now: string): MailboxFacts => ({
  ...settings,
  quota: { ...defaultQuota, ...given(settings.quota) },
  notify: wholeNotify(settings.notify),
  emptyMessages: settings.emptyMessages ?? 'keep',
  retention: { ...inheritsAll, ...given(settings.retention ?? {}) },
  legalHold: null,
  shortId,
  hasPin: false,
  createdAt: now,
  updatedAt: now,
  version: 1,
});

/** Marks what makes a mailbox a global one of its context under the rule that there is one at most. */
const soleIf = (sole: boolean | undefined, { accessType }: MailboxFacts): { sole?: true } =>
  sole === true && accessType === 'global' ? { sole } : {};

const change = (
  mailbox: MailboxFacts,
  { changes, sole }: { changes: MailboxChanges & { legalHold?: LegalHold | null }; sole?: boolean },
  now: string,
): MailboxEvent[] => {
  const { quota, notify, retention, ...rest } = changes;
  const wanted: Partial<MailboxSettings> = {
    ...given(rest),
    ...(quota && { quota: { ...mailbox.quota, ...given(quota) } }),
    ...(notify && { notify: withNotifyChanges(mailbox.notify, notify) }),
    ...(retention && { retention: { ...mailbox.retention, ...given(retention) } }),
  };
  const was: Partial<MailboxSettings> = {};
  const note = <K extends keyof MailboxSettings>(key: K): void => {
    if (key in wanted && !isDeepStrictEqual(wanted[key], mailbox[key])) was[key] = mailbox[key];
  };
  for (const key of settingKeys) note(key);
  if (Object.keys(was).length === 0) return [];
  const changed = { ...touched(mailbox, now), ...wanted };
  const hides = was.storage !== undefined && was.storage.type !== changed.storage.type;
  const countsTold = 'accessType' in was || 'ownerUserIds' in was || 'heardState' in was || hides;
  const comes = 'accessType' in was || 'context' in was;
  const told = { ...(countsTold && { countsTold }), ...soleIf(comes && sole, changed) };
  return [{ type: 'MailboxChanged', data: { mailbox: changed, was, ...told } }];
};

/** What is in a mailbox is for nobody while its messages are kept elsewhere. */
const hidesMessages = ({ storage }: Pick<MailboxFacts, 'storage'>, changes: MailboxChanges): boolean =>
  storage.type !== 'external' && changes.storage?.type === 'external';

/** A second time it changes the reason. */
const hold = (mailbox: MailboxFacts, { reason, by }: Pick<LegalHold, 'reason' | 'by'>, now: string): MailboxEvent[] => {
  const legalHold = mailbox.legalHold ? { ...mailbox.legalHold, reason } : { reason, since: now, by };
  return change(mailbox, { changes: { legalHold } }, now);
};

const administered = (state: Mailbox, by: Changer): Open => {
  const open = openOnly(state);
  permittedIn(open, by, 'administer');
  return open;
};

const removeUser = ({ mailbox, members }: Open, userId: string, now: string): MailboxEvent[] => {
  const ownerUserIds = mailbox.ownerUserIds.filter((owner) => owner !== userId);
  return [
    ...change(mailbox, { changes: { ownerUserIds } }, now),
    ...(memberIn(members, userId) !== null ? [{ type: 'MemberRemoved' as const, data: { userId } }] : []),
  ];
};

const settingKeys = [
  'number',
  'context',
  'name',
  'accessType',
  'ownerUserIds',
  'defaultRole',
  'heardState',
  'timezone',
  'language',
  'quota',
  'notify',
  'storage',
  'emptyMessages',
  'retention',
  'legalHold',
  'extra',
] as const satisfies readonly (keyof MailboxSettings)[];

const refuse = ({ lastRefusal }: Open, data: { limit: QuotaLimit; revision: number }, now: string): MailboxEvent[] => {
  // The last refusal took one feed number itself; nothing else having happened since, it was the same full box.
  const same = lastRefusal?.limit === data.limit && lastRefusal.revision + 1 === data.revision;
  if (same && Date.parse(now) - Date.parse(lastRefusal.at) < refusalIntervalMs) return [];
  return [{ type: 'DepositRefused', data: { reason: 'mailbox-full', ...data, at: now } }];
};

const decide = (command: MailboxCommand, state: Mailbox): MailboxEvent[] => {
  const { now } = command.meta;
  switch (command.type) {
    case 'CreateMailbox': {
      if (state.status !== 'absent') throw conflict('mailbox-exists', 'There is a mailbox with this id.');
      const mailbox = create(command.data, now);
      return [{ type: 'MailboxCreated', data: { mailbox, ...soleIf(command.data.sole, mailbox) } }];
    }
    case 'ChangeMailbox': {
      const { mailbox } = permitted(state, command.data);
      seenAt(mailbox.version, command.data.ifVersion);
      if (mailbox.legalHold !== null && hidesMessages(mailbox, command.data.changes)) throw refusedByHold('mailbox');
      return change(mailbox, command.data, now);
    }
    case 'SetMember':
      return setMember(openOnly(state), command.data, now);
    case 'RemoveMember':
      return removeMember(openOnly(state), command.data);
    case 'RemoveUser':
      return state.status === 'open' ? removeUser(state, command.data.userId, now) : [];
    case 'HoldMailbox': {
      const { mailbox } = administered(state, command.data.by);
      seenAt(mailbox.version, command.data.ifVersion);
      return hold(mailbox, command.data.hold, now);
    }
    case 'EndMailboxHold': {
      const { mailbox } = administered(state, command.data.by);
      seenAt(mailbox.version, command.data.ifVersion);
      return change(mailbox, { changes: { legalHold: null } }, now);
    }
    case 'CloseMailbox': {
      const { mailbox } = openOnly(state);
      seenAt(mailbox.version, command.data.ifVersion);
      if (mailbox.legalHold !== null) throw refusedByHold('mailbox');
      return [{ type: 'MailboxClosed', data: { counted: true } }];
    }
    case 'SetPin': {
      const { mailbox } = managed(state, command.data.by);
      return [{ type: 'PinSet', data: { mailbox: { ...touched(mailbox, now), hasPin: true } } }];
    }
    case 'RemovePin': {
      const { mailbox } = managed(state, command.data.by);
      if (!mailbox.hasPin) return [];
      return [{ type: 'PinRemoved', data: { mailbox: { ...touched(mailbox, now), hasPin: false } } }];
    }
    case 'LockPin':
      return state.status === 'open' ? [{ type: 'PinLocked', data: { until: command.data.until } }] : [];
    case 'RefuseDeposit':
      return refuse(openOnly(state), command.data, now);
    case 'ConfirmPurged':
      if (state.status === 'purged') return [];
      if (state.status !== 'closed') throw conflict('mailbox-open', 'Only a closed mailbox is purged.');
      return [{ type: 'MailboxPurged', data: {} }];
  }
};

const evolve = (state: Mailbox, event: MailboxEvent): Mailbox => {
  switch (event.type) {
    case 'MailboxCreated':
    case 'MailboxChanged':
    case 'PinSet':
    case 'PinRemoved':
      return {
        status: 'open',
        mailbox: event.data.mailbox,
        members: state.status === 'open' ? state.members : noMembers,
        lastRefusal: state.status === 'open' ? state.lastRefusal : null,
      };
    case 'MemberSet':
      return state.status === 'open' ? { ...state, members: withMember(state.members, event.data.member) } : state;
    case 'MemberRemoved':
      return state.status === 'open' ? { ...state, members: withoutMember(state.members, event.data.userId) } : state;
    case 'PinLocked':
      return state;
    case 'DepositRefused':
      return state.status === 'open' ? { ...state, lastRefusal: event.data } : state;
    case 'MailboxClosed':
      return { status: 'closed' };
    case 'MailboxPurged':
      return { status: 'purged' };
  }
};

export const mailboxDecider: Decider<Mailbox, MailboxCommand, MailboxEvent> = {
  initialState: { status: 'absent' },
  evolve,
  decide,
};
