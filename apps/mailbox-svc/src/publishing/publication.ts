import {
  audiencePaths,
  type EventDefinition,
  type MailboxAccess,
  type MailboxTopic,
  mailboxPath,
  memberPath,
} from '@aftertone/contracts';
import type { FeedStamp, Stamps } from '@aftertone/event-store';
import type { z } from 'zod';
import { stampedAccess } from './stamped-access.ts';

/** Where an event stands, as far as its contract events tell. */
export interface EventPlace {
  tenantId: string;
  /** Id of the aggregate. */
  id: string;
  /** Place in the stream. */
  version: number;
  stamps: Stamps;
}

/** One contract event that a stored event leads to, before it gets its envelope. */
export interface Publication {
  /** The feed that counts it. */
  role: string;
  /** The feed's number; none on what not everybody who may see the mailbox is told. */
  sequence?: number;
  type: string;
  /** Canonical access path. */
  path: string;
  /** Access paths of the copies. */
  audiences: string[];
  data: Record<string, unknown>;
}

/** A contract event and its data; the data may need the sequence number that the event gets. */
export interface Fact {
  definition: EventDefinition;
  data: (sequence: number) => Record<string, unknown>;
  alsoTo?: FurtherAudience;
}

/** Who is told beside those who may see the mailbox after the event. */
export interface FurtherAudience {
  /** Who could see the mailbox before, when the event changed that. */
  access?: MailboxAccess;
  userId?: string;
}

/** A fact whose data is checked against the definition by the compiler. */
export const fact = <Data extends z.ZodType<Record<string, unknown>, Record<string, unknown>>>(
  definition: EventDefinition<Data>,
  data: z.input<Data> | ((sequence: number) => z.input<Data>),
): Fact => ({ definition, data: typeof data === 'function' ? data : () => data });

const topics: readonly MailboxTopic[] = ['messages', 'mwi', 'settings'];

/** `mailboxes.{mailboxId}.<topic>.<verb>`: the definition is the one place that says where an event goes. */
const placeOf = ({ path }: EventDefinition): { topic: MailboxTopic; verb: string } => {
  const [, , topicName, verb] = path.split('.');
  const topic = topics.find((known) => known === topicName);
  if (topic === undefined || verb === undefined) throw new Error(`${path} is no path of a mailbox event`);
  return { topic, verb };
};

export interface FeedPlace {
  role: string;
  mailboxId: string;
  stamps: Stamps;
}

/** Said beside what everybody is told of a message or of counts, where members have own heard states; nothing elsewhere. */
export interface SharedView {
  heardState?: 'member';
}

const viewOf = ({ heardState }: MailboxAccess): SharedView => (heardState === 'member' ? { heardState } : {});

/** Numbers the facts of one feed, beginning with the stamp's number, and finds their audiences in the stamp. */
export const publishInFeed = (
  place: FeedPlace,
  facts: (stamp: FeedStamp, view: SharedView) => Fact[],
): Publication[] => {
  const { role, mailboxId, stamps } = place;
  const stamp = stamps[role];
  if (stamp === undefined) throw new Error(`the event bears no stamp of its feed in the role ${role}`);
  const { external, ...access } = stampedAccess.parse(stamp.access);
  // Hidden messages light no lamp.
  const told = external ? { ...stamp, counters: [] } : stamp;
  return facts(told, viewOf(access)).map(({ definition, data, alsoTo = {} }, n) => {
    const { topic, verb } = placeOf(definition);
    const sequence = stamp.sequence + n;
    const accesses = [access, ...(alsoTo.access ? [alsoTo.access] : [])];
    const audiences = [
      ...accesses.flatMap((one) => audiencePaths(mailboxId, one, topic, verb)),
      ...(alsoTo.userId === undefined ? [] : [memberPath(alsoTo.userId, topic, verb)]),
    ];
    return {
      role,
      sequence,
      type: definition.type,
      path: mailboxPath(mailboxId, topic, verb),
      audiences: definition.audiences ? [...new Set(audiences)] : [],
      data: data(sequence),
    };
  });
};

const blankStamp = { feedId: '', access: { type: 'personal', ownerUserIds: [] }, sequence: 0, counters: [] };

/** Stands in for stamps while one only wants to know how many contract events there will be. */
export const blankStamps = (roles: readonly string[]): Stamps =>
  Object.fromEntries(roles.map((role) => [role, blankStamp]));
