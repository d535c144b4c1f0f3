import { type CloudEvent, contractEvents, fieldErrors, id } from '@aftertone/contracts';
import { invalid } from '@aftertone/kernel';
import { z } from 'zod';

// The little that is needed here: whatever else a newer mailbox-svc says, its events stay readable.
const settingsNews = z.object({
  mailboxId: id,
  mailbox: z.object({ accessType: z.string(), ownerUserIds: z.array(id) }),
});
const closedNews = z.object({ mailboxId: id });
const memberNews = z.object({ mailboxId: id, member: z.object({ userId: id, rights: z.array(z.string()) }) });
const formerMemberNews = z.object({ mailboxId: id, userId: id });

/** What an event says about who may listen to a shared mailbox. */
export type AccessChange =
  | { kind: 'mailbox'; mailboxId: string; isGroup: boolean; ownerUserIds: readonly string[] }
  | { kind: 'member'; mailboxId: string; userId: string; listens: boolean };

const { mailboxCreated, mailboxUpdated, mailboxClosed, memberUpdated, memberRemoved } = contractEvents;

const read = <T extends z.ZodType>(schema: T, event: CloudEvent): z.output<T> => {
  const { data, error } = schema.safeParse(event.data);
  if (error === undefined) return data;
  throw invalid('event-unreadable', `${event.type} is not what it promises`, { errors: fieldErrors(error) }, error);
};

/** Null: the event changes nobody's access. Throws `event-unreadable`. */
export const accessChange = (event: CloudEvent): AccessChange | null => {
  switch (event.type) {
    case mailboxCreated.type:
    case mailboxUpdated.type: {
      const { mailboxId, mailbox } = read(settingsNews, event);
      const { accessType, ownerUserIds } = mailbox;
      return { kind: 'mailbox', mailboxId, isGroup: accessType === 'group', ownerUserIds };
    }
    case mailboxClosed.type:
      return { kind: 'mailbox', ...read(closedNews, event), isGroup: false, ownerUserIds: [] };
    case memberUpdated.type: {
      const { mailboxId, member } = read(memberNews, event);
      return { kind: 'member', mailboxId, userId: member.userId, listens: member.rights.includes('listen') };
    }
    case memberRemoved.type:
      return { kind: 'member', ...read(formerMemberNews, event), listens: false };
    default:
      return null;
  }
};
