import type { Counts, Quota } from '@aftertone/contracts';
import { asSeenBy, marksAfter } from './marks/marks.ts';
import { changeOf, type Marks, type MessageEvent, type MessageFacts } from './message.ts';

/**
 * Counters of a mailbox's feed, in this order. `kept` is what the message limit counts. The last two are there for their limits,
 * by which the append judges legal holds under its lock (docs/decisions/0052): `gone`, what was lost for ever or left the
 * mailbox, and `held`, messages with a hold of their own, deleted ones too.
 */
const counterNames = [
  ...['new', 'saved', 'heard', 'trash', 'urgentNew', 'urgentSaved', 'totalMs', 'kept'],
  ...['gone', 'held'],
] as const;
type Counter = (typeof counterNames)[number];
type Numbers = Readonly<Partial<Record<Counter, number>>>;

const counters = (numbers: Numbers): number[] => counterNames.map((name) => numbers[name] ?? 0);

const at = (values: readonly number[], name: Counter): number => values[counterNames.indexOf(name)] ?? 0;

/** What one message adds to the counters of the mailbox it is in. */
const contribution = ({ folder, heardAt, urgent, content }: MessageFacts): Numbers => {
  if (folder === 'trash') return { trash: 1 };
  const kept = { kept: 1, totalMs: content.type === 'voice' ? content.durationMs : 0 };
  if (folder === 'inbox' && heardAt === null) return { ...kept, new: 1, ...(urgent && { urgentNew: 1 }) };
  return { ...kept, [folder === 'inbox' ? 'heard' : 'saved']: 1, ...(urgent && { urgentSaved: 1 }) };
};

/** What an event adds to the counters of holds. */
const holdNumbers = (event: MessageEvent): Numbers => {
  if (event.type === 'MessageHeld') return { held: event.data.was.legalHold ? 0 : 1 };
  if (event.type === 'MessageHoldEnded') return { held: -1 };
  return 'counted' in event.data ? { gone: 1 } : {};
};

export type BoxRole = 'mailbox' | 'from' | 'to';

/** One mailbox that an event touches, and what it adds to its counters. */
export interface BoxChange {
  role: BoxRole;
  mailboxId: string;
  delta: number[];
}

/** What becomes of the counters when a message that is, or is not, in a mailbox becomes another. */
export const difference = (
  after: MessageFacts | null,
  before: MessageFacts | null,
  ofHolds: Numbers = {},
): number[] => {
  const minus = counters(before ? contribution(before) : {});
  return counters({ ...(after ? contribution(after) : {}), ...ofHolds }).map((value, n) => value - (minus[n] ?? 0));
};

export const boxChanges = (event: MessageEvent): BoxChange[] => {
  const { before, after } = changeOf(event);
  if (event.type === 'DeletedMessageReleased' || event.type === 'MessageForwarded') return [];
  if (event.type === 'MessageMoved') {
    const held = event.data.message.legalHold ? 1 : 0;
    const leaving = { ...holdNumbers(event), held: -held };
    return [
      { role: 'from', mailboxId: event.data.was.mailboxId, delta: difference(null, before, leaving) },
      { role: 'to', mailboxId: event.data.message.mailboxId, delta: difference(after, null, { held }) },
    ];
  }
  const { mailboxId } = event.type === 'MessagePurged' ? event.data : event.data.message;
  return [{ role: 'mailbox', mailboxId, delta: difference(after, before, holdNumbers(event)) }];
};

/** A member of a mailbox with own heard states, and what an event changes of how that member's counts differ. */
export interface MemberChange {
  mailboxId: string;
  userId: string;
  delta: number[];
}

/** How the counts of somebody who has marked a message differ from everybody's. */
const ownDifference = (message: MessageFacts | null, userId: string, marks: Marks): number[] =>
  message === null || !marks.has(userId) ? counters({}) : difference(asSeenBy(userId, message, marks), message);

/**
 * What an event changes for members who have marked the message before it, or with it. Who sees the change as everybody
 * does is left out, except whose mark it is: that member's counts are told.
 */
export const memberChanges = (event: MessageEvent, marks: Marks): MemberChange[] => {
  const { before, after } = changeOf(event);
  const marker = event.type === 'MessageHeardByMember' ? event.data.userId : null;
  const mailboxId = before?.mailboxId ?? after?.mailboxId;
  if (mailboxId === undefined) return [];
  const marksThen = marksAfter(marks, event);
  const users = new Set([...marks.keys(), ...(marker === null ? [] : [marker])]);
  return [...users].flatMap((userId) => {
    const had = ownDifference(before, userId, marks);
    const delta = ownDifference(after, userId, marksThen).map((value, n) => value - (had[n] ?? 0));
    return userId === marker || delta.some((value) => value !== 0) ? [{ mailboxId, userId, delta }] : [];
  });
};

/** Limits of the feed's counters, as the quota says; null is no limit. */
export const counterLimits = (
  { maxMessages, maxTotalSeconds }: Pick<Quota, 'maxMessages' | 'maxTotalSeconds'>,
  ofHolds: Numbers = {},
): (number | null)[] =>
  counterNames.map((name) => {
    if (name === 'kept') return maxMessages;
    if (name === 'totalMs') return maxTotalSeconds === null ? null : maxTotalSeconds * 1000;
    return ofHolds[name] ?? null;
  });

/** While a mailbox is held nothing may be lost or leave it. */
export const heldMailbox = { gone: 0 } as const;

/** What the closing of a mailbox adds, and may come to: it is refused while messages are held, and none is held then. */
export const closing = { delta: counters({ held: 1 }), limits: { held: 1 } } as const;

/** How many messages of a mailbox have a hold of their own, deleted ones too. */
export const heldIn = (values: readonly number[]): number => at(values, 'held');

export const isOfHolds = (counter: number): boolean =>
  counterNames[counter] === 'gone' || counterNames[counter] === 'held';

/** The limit of the quota that a counter (by its place) stands for. */
export const limitOf = (counter: number): 'maxMessages' | 'maxTotalSeconds' =>
  counterNames[counter] === 'totalMs' ? 'maxTotalSeconds' : 'maxMessages';

/** The limit that a mailbox with these counters has reached, null while there is room for another message. */
export const reachedLimit = (values: readonly number[], quota: Quota): 'maxMessages' | 'maxTotalSeconds' | null => {
  const counter = counterLimits(quota).findIndex((limit, n) => limit !== null && (values[n] ?? 0) >= limit);
  return counter === -1 ? null : limitOf(counter);
};

/** A mailbox's counters as one member sees them. */
export const withOwn = (shared: readonly number[], own: readonly number[]): number[] =>
  shared.map((value, n) => value + (own[n] ?? 0));

export const countsOf = (values: readonly number[], revision: number): Counts => ({
  new: at(values, 'new'),
  saved: at(values, 'saved'),
  heard: at(values, 'heard'),
  trash: at(values, 'trash'),
  urgentNew: at(values, 'urgentNew'),
  urgentSaved: at(values, 'urgentSaved'),
  totalMs: at(values, 'totalMs'),
  revision,
});

/** Whether a change of the counters changes what people are told of them. */
export const movesCounts = (delta: readonly number[]): boolean =>
  Object.values(countsOf(delta, 0)).some((n) => n !== 0);
