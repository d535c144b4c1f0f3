import type { Caller, MessageNotice, PlannedContent, Reader } from '../deliveries/delivery.ts';
import type { Step } from '../escalation/escalation.ts';
import type { GatewayKind } from '../gateways/gateway.ts';
import type { PersonDevice } from '../known/audience.ts';
import type { KnownUser } from '../known/known-users.ts';
import { uniqueNumbers, withoutGateway } from './phones.ts';
import { joined, type Plan, type Recipient, skip } from './situation.ts';
import { inTime } from './timing.ts';

/** Everything about one step of an escalation that decides who is told. */
export interface StepSituation {
  /** The contract event that tells of the step. */
  eventId: string;
  correlationId: string;
  messageId: string;
  mailboxId: string;
  notice: MessageNotice;
  caller: Caller;
  escalation: { step: number; of: number };
  step: Step;
  /** The users that the step names. */
  users: readonly KnownUser[];
  /** Of these users, by user. */
  devices: ReadonlyMap<string, readonly PersonDevice[]>;
  /** Users behind the addresses that it names, by address in lower case. */
  usersByEmail: ReadonlyMap<string, KnownUser>;
  /** Those that the tenant has. */
  gateways: ReadonlySet<GatewayKind>;
  now: Date;
}

interface To extends Recipient {
  user?: KnownUser | undefined;
}

const nobody: Caller = { callerNumber: null, callerName: null, calledNumber: null };

const names = ({ email, sms }: Step, recipient: string): boolean =>
  [...email, ...sms].some((other) => other.toLowerCase() === recipient.toLowerCase());

const contentFor = (situation: StepSituation, { user, channel, recipient }: To): PlannedContent => {
  const { eventId, correlationId, messageId, mailboxId, notice, caller, escalation, step } = situation;
  const facts = { eventId, correlationId, messageId, mailboxId, channel, purpose: 'escalation', recipient } as const;
  const reader: Reader = {
    language: user?.language ?? notice.reader.language,
    timezone: user?.timezone ?? notice.reader.timezone,
  };
  return {
    facts: { ...facts, userId: user?.id ?? null, ...(names(step, recipient) && { named: 'step' }) },
    notice: { ...notice, reader, escalation },
    caller,
  };
};

/** E-mails to the addresses of the step and to its users, to each address once; also to who has turned e-mails off. */
const planEmails = (situation: StepSituation): Plan => {
  const { step, users, usersByEmail } = situation;
  const to = new Map<string, To>();
  const add = (recipient: string, user: KnownUser | undefined): void => {
    const key = recipient.toLowerCase();
    if (!to.has(key)) to.set(key, { channel: 'email', recipient, user });
  };
  const skipped: Plan['skipped'] = [];
  for (const user of users) {
    if (user.email !== null) add(user.email, user);
    else {
      const why = 'The user has no e-mail address: an administrator sets it.';
      skipped.push(skip({ channel: 'email', recipient: '', userId: user.id }, 'no-address', why));
    }
  }
  for (const address of step.email) add(address, usersByEmail.get(address.toLowerCase()));
  return { planned: [...to.values()].map((one) => contentFor(situation, one)), skipped };
};

const planSms = (situation: StepSituation): Plan => {
  const to = uniqueNumbers(situation.step.sms).map((recipient): To => ({ channel: 'sms', recipient }));
  return situation.gateways.has('sms')
    ? { planned: to.map((one) => contentFor(situation, one)), skipped: [] }
    : { planned: [], skipped: to.map((one) => withoutGateway(one, 'sms')) };
};

/** To the devices of its users. Who called is not shown of a confidential message, where everybody can read along. */
const planPush = (situation: StepSituation): Plan => {
  const { users, devices, notice, caller } = situation;
  const shown = notice.confidential ? nobody : caller;
  const plans = users.map((user): Plan => {
    const own = devices.get(user.id) ?? [];
    const to = own.map((device) => ({ device, to: { channel: 'push', recipient: device.id, user } as const }));
    if (user.notify.push.enabled === false) {
      const why = 'The user of this device has turned pushes off.';
      const skipped = to.map(({ to: one }) => skip({ ...one, userId: user.id }, 'push-disabled', why));
      return { planned: [], skipped };
    }
    const planned = to.map(({ device: { endpoint, language }, to: one }): PlannedContent => {
      const { facts, notice: told } = contentFor(situation, {
        ...one,
        user: { ...user, language: language ?? user.language },
      });
      return { facts, notice: told, caller: shown, endpoint };
    });
    return { planned, skipped: [] };
  });
  return joined(plans);
};

/** Who is told because nobody took care in time. */
export const planEscalationStep = (situation: StepSituation): Plan => {
  const { users, usersByEmail, notice, now } = situation;
  const { planned, skipped } = joined([planEmails(situation), planSms(situation), planPush(situation)]);
  const moment = { now, urgent: notice.urgent, timezone: notice.reader.timezone };
  return { planned: inTime(planned, [...users, ...usersByEmail.values()], moment), skipped };
};
