import { contractEvents, type EventData, notificationPath } from '@aftertone/contracts';
import type { Publication } from '@aftertone/event-store';
import type { AnnouncementEvent } from './announcement.ts';

/** Tells that all e-mails about a message have been accepted. */
export const publishAnnouncement = ({ data: completed }: AnnouncementEvent): Publication[] => {
  const data: EventData<'notification_completed'> = completed;
  const path = notificationPath(completed.mailboxId, 'completed');
  return [{ type: contractEvents.notificationCompleted.type, path, data }];
};
