import type { MailboxAccess } from './mailbox.ts';

/**
 * One token of a subject. What contains a dot, a wildcard, a space or anything else that NATS reads as structure never
 * gets into a subject: it would be another access path. Such a value is a bug of the caller, so this is a plain error.
 */
const token = (value: string): string => {
  if (!/^[A-Za-z0-9_-]{1,128}$/.test(value))
    throw new Error(`not a subject token: ${JSON.stringify(value.slice(0, 64))}`);
  return value;
};

/** Path of tokens between single dots; no wildcards. */
const path = (value: string): string => value.split('.').map(token).join('.');

/** Prefix of all contract events of one tenant. What follows is the access path: ACLs name it `events.<path>`. */
export const eventSubject = (tenantId: string, eventPath: string): string =>
  `evt.${token(tenantId)}.${path(eventPath)}`;

/** `evt.<tenant>.<path>` in its parts; null when it is no event subject. */
export const parseEventSubject = (subject: string): { tenantId: string; path: string } | null => {
  const match = /^evt\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)$/.exec(subject);
  return match?.[1] && match[2] ? { tenantId: match[1], path: match[2] } : null;
};

/** The access that a subscriber needs for an event on this path. */
export const eventAccess = (eventPath: string): string => `events.${eventPath}`;

/** What a mailbox's events are about. */
export type MailboxTopic = 'messages' | 'mwi' | 'settings';

export const mailboxPath = (mailboxId: string, topic: MailboxTopic, verb: string): string =>
  `mailboxes.${token(mailboxId)}.${token(topic)}.${token(verb)}`;

/** Paths of the copies for the people who may see the mailbox (DESIGN.md 4.7), each once. */
export const audiencePaths = (
  mailboxId: string,
  access: MailboxAccess,
  topic: MailboxTopic,
  verb: string,
): string[] => {
  const what = `${token(topic)}.${token(verb)}`;
  switch (access.type) {
    case 'global':
      return [`voicemails.global.${what}`];
    case 'group':
      return [`voicemails.groups.${token(mailboxId)}.${what}`];
    case 'personal':
      return [...new Set(access.ownerUserIds)].map((owner) => `users.${token(owner)}.voicemails.${what}`);
  }
};

/** Canonical path of what only one member of a mailbox is told: not among the mailbox's other events. */
export const memberViewPath = (mailboxId: string, topic: MailboxTopic, verb: string): string =>
  `mailboxes.${token(mailboxId)}.member_${token(topic)}.${token(verb)}`;

/** Whether events on this subject tell of messages, and so of callers: of a purged one none may stay on the bus. */
export const tellsOfMessages = (subject: string): boolean => {
  const topic = subject.split('.').at(-2);
  return topic === 'messages' || topic === 'member_messages';
};

/** Path of the copy for one member of a mailbox. */
export const memberPath = (memberUserId: string, topic: MailboxTopic, verb: string): string =>
  `users.${token(memberUserId)}.voicemails.${token(topic)}.${token(verb)}`;

export const mediaPath = (mediaId: string, verb: 'stored' | 'deleted' | 'prompt_updated' | 'prompt_reset'): string =>
  `media.${token(mediaId)}.${verb}`;

/** `id`: of the mailbox that was told about; of the webhook where it is about no mailbox. */
export const notificationPath = (
  id: string,
  verb: 'delivered' | 'failed' | 'completed' | 'escalated' | 'mwi' | 'webhook_paused' | 'webhook_resumed',
): string => `notifications.${token(id)}.${verb}`;

export const identityPath = (
  what: 'tenants' | 'users' | 'tokens' | 'policies' | 'service_tokens' | 'subscriptions',
  id: string,
  verb: string,
): string => `identity.${what}.${token(id)}.${token(verb)}`;

/** What each service's JetStream stream holds: one token or more below a tenant; areas never overlap (DESIGN.md 4.7). */
export const serviceSubjects = {
  mailbox: ['evt.*.mailboxes.>', 'evt.*.voicemails.>', 'evt.*.users.*.voicemails.>'],
  media: ['evt.*.media.>'],
  notify: ['evt.*.notifications.>'],
  gateway: ['evt.*.identity.>'],
} as const;

/** JetStream stream of a service in a cell, for example `EVT_c1_mailbox`. */
export const eventStreamName = (cell: string, service: keyof typeof serviceSubjects): string =>
  `EVT_${token(cell)}_${service}`;

/** Subject of a call between services: `cmd.<cell>.<service>.<name>` or `query.…`. */
export const callSubject = (kind: 'cmd' | 'query', cell: string, service: string, name: string): string =>
  `${kind}.${token(cell)}.${token(service)}.${token(name)}`;
