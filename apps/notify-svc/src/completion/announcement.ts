import type { Aggregate } from '@aftertone/event-store';
import type { Command, Decider, DomainEvent } from '@aftertone/kernel';

/** What was announced, to all whom it was to reach. */
export interface Completed {
  eventId: string;
  messageId: string;
  mailboxId: string;
  channel: 'email' | 'external';
  delivered: number;
}

export type AnnouncementEvent = DomainEvent<'AnnouncementCompleted', Completed>;
export type CompleteAnnouncement = Command<'CompleteAnnouncement', Completed>;
export type Announcement = { completed: boolean };

const decider: Decider<Announcement, CompleteAnnouncement, AnnouncementEvent> = {
  initialState: { completed: false },
  evolve: () => ({ completed: true }),
  decide: ({ data }, { completed }) => (completed ? [] : [{ type: 'AnnouncementCompleted', data }]),
};

/** The e-mails about one message as a whole: by the event that told of it. */
export const announcementAggregate: Aggregate<Announcement, CompleteAnnouncement, AnnouncementEvent> = {
  type: 'announcement',
  decider,
  codecs: { AnnouncementCompleted: { schemaVersion: 1 } },
};
