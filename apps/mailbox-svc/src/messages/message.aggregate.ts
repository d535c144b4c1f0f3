import type { Aggregate, Effects } from '@aftertone/event-store';
import { blankStamps } from '../publishing/publication.ts';
import { boxChanges } from './contribution.ts';
import { messageRows } from './inbox/message.projection.ts';
import { type MessageCommand, messageDecider } from './message.decider.ts';
import type { Message, MessageEvent } from './message.ts';
import { publishMessage } from './publish.ts';

const withCaller = { schemaVersion: 1, sealed: ['caller'] };

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
    MessageDeleted: withCaller,
    MessageRestored: withCaller,
    MessagePurged: { schemaVersion: 1 },
  },
  feeds: (_before, _after, event, context) => {
    const boxes = boxChanges(event);
    const published = publishMessage(event, { ...context, stamps: blankStamps(boxes.map(({ role }) => role)) });
    return boxes.map(({ role, mailboxId, delta }) => ({
      role,
      feedId: mailboxId,
      delta,
      take: published.filter((publication) => publication.role === role).length,
      // A closed mailbox takes and changes nothing, but its messages are still being purged.
      requireOpen: event.type !== 'MessagePurged',
    }));
  },
  effects: (_before, after, _events, context): Effects => ({
    rows: messageRows(after, context),
    destroyKey: after.status === 'purged',
  }),
};
