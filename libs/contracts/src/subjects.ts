import type { MailboxAccess } from './mailbox.ts';

/** Prefix of all contract events of one tenant. What follows is the access path: ACLs name it `events.<path>`. */
export const eventSubject = (tenantId: string, path: string): string => `evt.${tenantId}.${path}`;

/** `evt.<tenant>.<path>` in its parts; null when it is no event subject. */
export const parseEventSubject = (subject: string): { tenantId: string; path: string } | null => {
  const match = /^evt\.([^.]+)\.(.+)$/.exec(subject);
  return match?.[1] && match[2] ? { tenantId: match[1], path: match[2] } : null;
};

/** The access that a subscriber needs for an event on this path. */
export const eventAccess = (path: string): string => `events.${path}`;

/** What a mailbox's events are about. */
export type MailboxTopic = 'messages' | 'mwi' | 'settings';

export const mailboxPath = (mailboxId: string, topic: MailboxTopic, verb: string): string =>
  `mailboxes.${mailboxId}.${topic}.${verb}`;

/** Paths of the copies for the people who may see the mailbox (DESIGN.md 4.7). */
export const audiencePaths = (
  mailboxId: string,
  access: MailboxAccess,
  topic: MailboxTopic,
  verb: string,
): string[] => {
  switch (access.type) {
    case 'global':
      return [`voicemails.global.${topic}.${verb}`];
    case 'group':
      return [`voicemails.groups.${mailboxId}.${topic}.${verb}`];
    case 'personal':
      return access.ownerUserIds.map((owner) => `users.${owner}.voicemails.${topic}.${verb}`);
  }
};

export const mediaPath = (mediaId: string, verb: 'stored' | 'deleted'): string => `media.${mediaId}.${verb}`;

export const notificationPath = (mailboxId: string, verb: 'delivered' | 'failed'): string =>
  `notifications.${mailboxId}.${verb}`;

export const identityPath = (what: 'tenants' | 'users' | 'tokens', id: string, verb: string): string =>
  `identity.${what}.${id}.${verb}`;

/** What each service's JetStream stream holds: one token or more below a tenant; areas never overlap (DESIGN.md 4.7). */
export const serviceSubjects = {
  mailbox: ['evt.*.mailboxes.>', 'evt.*.voicemails.>', 'evt.*.users.*.voicemails.>'],
  media: ['evt.*.media.>'],
  notify: ['evt.*.notifications.>'],
  gateway: ['evt.*.identity.>'],
} as const;

/** JetStream stream of a service in a cell, for example `EVT_c1_mailbox`. */
export const eventStreamName = (cell: string, service: keyof typeof serviceSubjects): string =>
  `EVT_${cell}_${service}`;
