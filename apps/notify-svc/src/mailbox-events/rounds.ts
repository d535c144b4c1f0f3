import type { CloudEvent } from '@aftertone/contracts';
import type { News } from './read-news.ts';

/** An event and what it means; null: nothing but to who follows it. */
export interface ReadEvent {
  event: CloudEvent;
  news: News | null;
}

/** Events of many mailboxes that do not depend on one another. */
export interface Round {
  /** All of one kind, but for the counts and what means nothing, which come along with any. */
  events: ReadEvent[];
}

// Kinds in the order in which their rounds take turns. What is taken together may be taken in any order.
const turns = ['message', 'care', 'other'] as const;
type Turn = (typeof turns)[number];

const turnOf = (news: News | null): Turn | 'any' => {
  switch (news?.kind) {
    case undefined:
      return 'any';
    case 'message':
    case 'message-forwarding':
      return 'message';
    case 'message-care':
      return 'care';
    case 'counts':
      // A member's own are told apart from everybody's of that moment.
      return news.memberUserId === undefined ? 'any' : 'other';
    case 'mailbox':
    case 'mailbox-closed':
    case 'mailbox-full':
    case 'member':
    case 'message-purged':
      return 'other';
  }
};

/** The first round of this turn that is not before `round`. */
const nextOf = (turn: Turn, round: number): number => {
  const place = turns.indexOf(turn);
  return round + ((place - (round % turns.length) + turns.length) % turns.length);
};

/** Events of one have an order. */
export const mailboxOf = ({ tenantid, data, id }: CloudEvent): string =>
  `${tenantid} ${typeof data.mailboxId === 'string' ? data.mailboxId : id}`;

/** Shared counts are kept in order before what else is in their round; what reads them exactly is not in it. */
const roundOf = (news: News | null, round: number): number => {
  const turn = turnOf(news);
  if (turn !== 'any') return nextOf(turn, round);
  return turns[round % turns.length] === 'other' ? nextOf('message', round) : round;
};

/**
 * A page of events as rounds to be taken one after the other, each at once. Events of one mailbox keep their order from
 * round to round; those of different mailboxes have none.
 */
export const roundsOf = (events: readonly ReadEvent[]): Round[] => {
  const rounds = new Map<number, Round>();
  const places = new Map<string, number>();
  for (const read of events) {
    const mailbox = mailboxOf(read.event);
    const place = roundOf(read.news, places.get(mailbox) ?? 0);
    places.set(mailbox, place);
    const round = rounds.get(place) ?? { events: [] };
    round.events.push(read);
    rounds.set(place, round);
  }
  return [...rounds].sort(([one], [other]) => one - other).map(([, round]) => round);
};

/**
 * What is taken by itself for one mailbox, in order: purges that follow one another as one run, since they are of different
 * messages and whoever empties a mailbox makes thousands of them; anything else as a run of its own.
 */
export const runsOf = (events: readonly ReadEvent[]): ReadEvent[][] => {
  const runs: ReadEvent[][] = [];
  for (const read of events) {
    const last = runs.at(-1);
    if (last !== undefined && isPurge(read) && last.every(isPurge)) last.push(read);
    else runs.push([read]);
  }
  return runs;
};

const isPurge = ({ news }: ReadEvent): boolean => news?.kind === 'message-purged';
