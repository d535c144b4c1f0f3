import { z } from 'zod';
import { emailAddress, userId } from './common.ts';

// One vocabulary on three levels: tenant, mailbox, user. What a level leaves at null is as the less specific level has
// it, and at last as Aftertone has it (`builtInNotify`).

export const audioFormat = z.enum(['original', 'wav', 'mp3']);
export type AudioFormat = z.output<typeof audioFormat>;

export const phoneNumber = z.string().regex(/^\+?[0-9]{2,32}$/, 'must be 2 to 32 digits, + in front or not');

const choice = z.boolean().nullable();

/** How e-mails about messages are sent. */
const emailChoices = {
  enabled: choice,
  /** The recording is attached. */
  attachAudio: choice,
  /** What an attached recording is turned into. */
  audioFormat: audioFormat.nullable(),
  /** The e-mail has a link to the recording, which looks at the recipient's rights when it is clicked. */
  link: choice,
};

/** Owners get an e-mail at their own address. */
const owners = choice;

const addresses = z.array(emailAddress).max(20);
const numbers = z.array(phoneNumber).max(20);

const escalationStepFields = {
  /** Since the message came. */
  afterSeconds: z.number().int().min(1).max(604_800),
  email: addresses.default([]),
  sms: numbers.default([]),
  /** By e-mail and push. */
  userIds: z.array(userId).max(20).default([]),
};
/** Who else is told when nobody has heard, claimed or acknowledged a message in time. */
export const escalationStep = z
  .strictObject(escalationStepFields)
  .refine(
    ({ email, sms, userIds }) => email.length + sms.length + userIds.length > 0,
    'must name somebody in `email`, `sms` or `userIds`',
  );
export type EscalationStep = z.output<typeof escalationStep>;

export const escalation = z.strictObject({
  /** Empty: nobody else is told. */
  steps: z
    .array(escalationStep)
    .max(10)
    .refine(
      (steps) => steps.every((step, n) => n === 0 || step.afterSeconds > (steps[n - 1]?.afterSeconds ?? 0)),
      'must have the earlier step first',
    ),
  /** Only urgent messages are escalated. */
  urgentOnly: z.boolean().default(false),
});
export type Escalation = z.output<typeof escalation>;

export const timeOfDay = z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, 'must be a time of day such as 22:30');
export const weekday = z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);

/** In the user's time zone. Notifications of that time wait for its end. `until` before `from` is the next day. */
export const quietHours = z.strictObject({
  from: timeOfDay,
  until: timeOfDay,
  /** Days on which it begins. */
  days: z.array(weekday).min(1).default(weekday.options),
  /** Urgent messages are told at once. */
  exceptUrgent: z.boolean().default(true),
});
export type QuietHours = z.output<typeof quietHours>;

/** What somebody sets; what is kept may be older than these rules. */
const givenQuietHours = quietHours
  .refine(({ from, until }) => from !== until, {
    path: ['until'],
    message:
      'must differ from `from`: for a whole day set `until` a minute before it, for none set `quietHours` to null',
  })
  .refine(({ days }) => new Set(days).size === days.length, { path: ['days'], message: 'must name each day once' });

/** E-mails are gathered into one. `at`: in the user's time zone. */
export const digest = z.discriminatedUnion('every', [
  z.strictObject({ every: z.literal('hour') }),
  z.strictObject({ every: z.literal('day'), at: timeOfDay }),
]);
export type Digest = z.output<typeof digest>;

const mailboxFields = {
  /** Everybody in `to` gets an e-mail. */
  email: z.object({ to: addresses, ...emailChoices, owners }),
  /** Short e-mails without audio: for phones and pagers. */
  text: z.object({ to: addresses }),
  sms: z.object({ to: numbers }),
  /** A page is sent through the tenant's e-mail-to-fax gateway. */
  fax: z.object({ to: numbers }),
  push: z.object({ enabled: choice }),
  mwi: z.object({ enabled: choice }),
  /** Into the trash once every e-mail about it has been accepted; `saveAfterNotify` beats it. */
  deleteAfterNotify: z.boolean(),
  saveAfterNotify: z.boolean(),
  /** Null: as the tenant has it. */
  escalation: escalation.nullable(),
};

const noEmailChoices = { enabled: null, audioFormat: null, link: null };

/** What a new mailbox has, and what events of before there were these fields mean. */
export const initialMailboxNotify = {
  email: { to: [], ...noEmailChoices, attachAudio: null, owners: null },
  text: { to: [] },
  sms: { to: [] },
  fax: { to: [] },
  push: { enabled: null },
  mwi: { enabled: null },
  deleteAfterNotify: false,
  saveAfterNotify: false,
  escalation: null,
};

/** Who is told about new messages of a mailbox, and how. */
export const notifySettings = z.object({
  email: z.object({
    to: addresses,
    attachAudio: choice,
    enabled: choice.default(null),
    audioFormat: audioFormat.nullable().default(null),
    link: choice.default(null),
    owners: owners.default(null),
  }),
  text: mailboxFields.text.default(initialMailboxNotify.text),
  sms: mailboxFields.sms.default(initialMailboxNotify.sms),
  fax: mailboxFields.fax.default(initialMailboxNotify.fax),
  push: mailboxFields.push.default(initialMailboxNotify.push),
  mwi: mailboxFields.mwi.default(initialMailboxNotify.mwi),
  deleteAfterNotify: mailboxFields.deleteAfterNotify.default(false),
  saveAfterNotify: mailboxFields.saveAfterNotify.default(false),
  escalation: mailboxFields.escalation.default(null),
});
export type NotifySettings = z.output<typeof notifySettings>;

/** Absent fields stay as they are, one level down too; lists are replaced. */
export const notifyChanges = z
  .strictObject({
    email: z.strictObject(mailboxFields.email.shape).partial(),
    text: z.strictObject(mailboxFields.text.shape).partial(),
    sms: z.strictObject(mailboxFields.sms.shape).partial(),
    fax: z.strictObject(mailboxFields.fax.shape).partial(),
    push: z.strictObject(mailboxFields.push.shape).partial(),
    mwi: z.strictObject(mailboxFields.mwi.shape).partial(),
    deleteAfterNotify: mailboxFields.deleteAfterNotify,
    saveAfterNotify: mailboxFields.saveAfterNotify,
    escalation: mailboxFields.escalation,
  })
  .partial();
export type NotifyChanges = z.output<typeof notifyChanges>;

const userFields = {
  /**
   * At the user's own address. `enabled`: true is for every mailbox that the user may listen to; false is for none, also
   * where a mailbox names the address. Null: where a mailbox names the address or its owners.
   */
  email: z.object(emailChoices),
  /** Null: none. */
  sms: z.object({ to: phoneNumber.nullable() }),
  push: z.object({ enabled: choice }),
  quietHours: quietHours.nullable(),
  digest: digest.nullable(),
};

export const initialUserNotify = {
  email: { ...noEmailChoices, attachAudio: null },
  sms: { to: null },
  push: { enabled: null },
  quietHours: null,
  digest: null,
};

/** How one person is told about messages. */
export const userNotify = z.object(userFields);
export type UserNotify = z.output<typeof userNotify>;

export const userNotifyChanges = z
  .strictObject({
    email: z.strictObject(userFields.email.shape).partial(),
    sms: z.strictObject(userFields.sms.shape).partial(),
    push: z.strictObject(userFields.push.shape).partial(),
    quietHours: givenQuietHours.nullable(),
    digest: userFields.digest,
  })
  .partial();
export type UserNotifyChanges = z.output<typeof userNotifyChanges>;

const tenantFields = {
  email: z.object({ ...emailChoices, owners }),
  push: z.object({ enabled: choice }),
  mwi: z.object({ enabled: choice }),
  escalation: escalation.nullable(),
};

export const initialTenantNotify = {
  email: { ...noEmailChoices, attachAudio: null, owners: null },
  push: { enabled: null },
  mwi: { enabled: null },
  escalation: null,
};

/** How the people of a tenant are told about messages, unless a mailbox or a user has it otherwise. */
export const tenantNotify = z.object(tenantFields);
export type TenantNotify = z.output<typeof tenantNotify>;

export const tenantNotifyChanges = z
  .strictObject({
    email: z.strictObject(tenantFields.email.shape).partial(),
    push: z.strictObject(tenantFields.push.shape).partial(),
    mwi: z.strictObject(tenantFields.mwi.shape).partial(),
    escalation: tenantFields.escalation,
  })
  .partial();
export type TenantNotifyChanges = z.output<typeof tenantNotifyChanges>;

/** What holds where no level says anything. */
export const builtInNotify = {
  email: { enabled: true, attachAudio: false, audioFormat: 'original', link: false, owners: false },
  push: { enabled: true },
  mwi: { enabled: true },
  escalation: { steps: [], urgentOnly: false },
} as const;

/**
 * Where messages are kept. `external`: each is sent to `email` and kept until the mail server has taken it, never listed
 * and not counted; nobody else is told.
 */
export const messageStorage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('internal') }),
  z.strictObject({ type: z.literal('external'), email: emailAddress }),
]);
export type MessageStorage = z.output<typeof messageStorage>;
export const internalStorage: MessageStorage = { type: 'internal' };

type Nested = Readonly<Record<string, unknown>>;
const isNested = (value: unknown): value is Nested =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Changed as a whole: what is left out of them has a default, and is not as it was. */
const wholes: ReadonlySet<string> = new Set(['escalation', 'quietHours', 'digest']);

const definedOf = (value: Nested): Nested =>
  Object.fromEntries(Object.entries(value).filter(([, given]) => given !== undefined));

/** `before` with the given changes, key by key in the objects whose keys may be absent. */
export const withNotifyChanges = <Settings extends object>(before: Settings, changes: object): Settings => {
  const after = { ...before };
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) continue;
    const was: unknown = Reflect.get(before, name);
    const merges = !wholes.has(name) && isNested(was) && isNested(value);
    Reflect.set(after, name, merges ? { ...was, ...definedOf(value) } : value);
  }
  return after;
};
