/** Name of the feed that counts how one member's view of a mailbox differs from everybody's. */
export const memberFeedId = (mailboxId: string, userId: string): string => `${mailboxId}/${userId}`;

/** The role in which an event is stamped with that feed. */
export const memberRole = (userId: string): string => `member.${userId}`;
