import type { Aggregate, Effects, FeedChange } from '@aftertone/event-store';
import { blankStamps, type EventPlace } from '../publishing/publication.ts';
import { boxChanges, memberChanges } from './contribution.ts';
import { messageRows } from './inbox/message.projection.ts';
import { memberFeedId, memberRole } from './marks/feeds.ts';
import { markRows } from './marks/mark.projection.ts';
import { marksOf } from './marks/marks.ts';
import type { MessageCommand } from './message.commands.ts';
import { messageDecider } from './message.decider.ts';
import type { Message, MessageEvent } from './message.ts';
import { publishMessage } from './publish.ts';
import { withCaller, withoutCaller } from './stored.ts';

type Place = Omit<EventPlace, 'stamps'>;

const boxFeeds = (event: MessageEvent, place: Place, members: readonly FeedChange[]): FeedChange[] => {
  const boxes = boxChanges(event);
  const stamps = blankStamps([...boxes, ...members].map(({ role }) => role));
  const published = publishMessage(event, { ...place, stamps });
  return boxes.map(({ role, mailboxId, delta }) => ({
    role,
    feedId: mailboxId,
    delta,
    // What only one member is told, and what is on its way elsewhere, takes no number of the mailbox.
    take: published.filter((publication) => publication.role === role && publication.sequence !== undefined).length,
    // A closed mailbox takes and changes nothing, but its messages are still being purged.
    requireOpen: event.type !== 'MessagePurged',
  }));
};

const memberFeeds = (before: Message, event: MessageEvent): FeedChange[] =>
  memberChanges(event, marksOf(before)).map(({ mailboxId, userId, delta }) => ({
    role: memberRole(userId),
    feedId: memberFeedId(mailboxId, userId),
    delta,
    take: 0,
    ensure: true,
  }));

export const messageAggregate: Aggregate<Message, MessageCommand, MessageEvent> = {
  type: 'message',
  decider: messageDecider,
  codecs: {
    MessageDeposited: withCaller,
    MessageCopiedIn: withCaller,
    AudioAttached: withCaller,
    MessageHeard: withCaller,
    MessageUnheard: withCaller,
    MessageFiled: withCaller,
    MessageFlagged: withCaller,
    MessageMoved: withCaller,
    MessageClaimed: withCaller,
    MessageAssigned: withCaller,
    MessageReleased: withCaller,
    DeletedMessageReleased: withCaller,
    MessageFinished: withCaller,
    MessageHeardByMember: withCaller,
    MessageHeld: withCaller,
    MessageHoldEnded: withCaller,
    MessageDeleted: withCaller,
    MessageRestored: withCaller,
    MessagePurged: withoutCaller,
    MessageSpooled: withCaller,
    MessageForwarded: { schemaVersion: 1 },
  },
  feeds: (before, _after, event, context) => {
    const members = memberFeeds(before, event);
    return [...boxFeeds(event, context, members), ...members];
  },
  effects: (before, after, _events, context): Effects => ({
    rows: [...messageRows(after, context), ...markRows(before, after, context)],
    destroyKey: after.status === 'purged' || after.status === 'forwarded',
  }),
};
