import {
  type AccessType,
  type CloudEvent,
  contractEvents,
  type EventDefinition,
  type Message,
  type NotifySettings,
} from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { caller } from '../deliveries/delivery.samples.ts';

export const receivedAt = '2026-07-14T22:30:00.000Z';

/** A mailbox of a tenant, as mailbox-svc tells of it. Versions of its events ascend. */
export const someMailbox = (settings: {
  tenantId?: string;
  to: string[];
  attachAudio?: boolean;
  timezone?: string;
  accessType?: AccessType;
  ownerUserIds?: string[];
  /** Without: no lamps. */
  notify?: Partial<NotifySettings>;
}) => {
  const { tenantId = newId() } = settings;
  const mailboxId = newId();
  let version = 0;
  const { to, attachAudio = false, timezone = 'Europe/Paris' } = settings;
  const { accessType = 'personal', ownerUserIds = [], notify = { mwi: { enabled: false } } } = settings;
  const email = { to, attachAudio };

  const envelope = (definition: EventDefinition, data: Record<string, unknown>): CloudEvent => ({
    specversion: '1.0',
    id: newId(),
    source: '/aftertone/c1/mailbox',
    type: definition.type,
    subject: definition.path.replace('{mailboxId}', mailboxId),
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    tenantid: tenantId,
    sequence: 1,
    streamversion: ++version,
    correlationid: 'request-1',
    data: { mailboxId, ...data },
  });

  const settingsNow = () => ({
    mailbox: {
      ...{ number: '100', name: 'Reception', timezone, language: 'en', accessType, ownerUserIds },
      ...{ notify: { email: { ...email }, ...notify } },
    },
  });

  return {
    tenantId,
    mailboxId,
    email,
    created: () => envelope(contractEvents.mailboxCreated, settingsNow()),
    updated: (change: Partial<typeof email>) => {
      Object.assign(email, change);
      return envelope(contractEvents.mailboxUpdated, { ...settingsNow(), changed: ['notify'] });
    },
    closed: () => envelope(contractEvents.mailboxClosed, {}),
    messageCreated: (change: Partial<Message> = {}, reason = 'deposited') => {
      const messageId = newId();
      const message = {
        ...{ id: messageId, tenantId, mailboxId, folder: 'inbox', heard: false, heardAt: null },
        ...{ urgent: false, confidential: false, callId: 'call-1', receivedAt, content: { type: 'none' } },
        ...caller,
        ...{ copiedFrom: null, version: 1 },
        ...change,
      };
      return envelope(contractEvents.messageCreated, { messageId, reason, message });
    },
    /** What holds of the message now; `memberUserId`: only for that member. */
    messageUpdated: (
      created: CloudEvent,
      change: Partial<Pick<Message, 'folder' | 'heard' | 'state' | 'assigneeUserId'>>,
      memberUserId?: string,
    ) => {
      const { messageId, message } = created.data;
      const data = { messageId, message: { ...Object(message), ...change }, changed: Object.keys(change) };
      return envelope(contractEvents.messageUpdated, { ...data, ...(memberUserId !== undefined && { memberUserId }) });
    },
    /** After the n-th message; `memberUserId`: only that member's own view. */
    counts: (n: number, memberUserId?: string) => {
      const counts = {
        new: n,
        saved: 0,
        heard: 0,
        trash: 0,
        urgentNew: 0,
        urgentSaved: 0,
        totalMs: 0,
        revision: n + 1,
      };
      return envelope(contractEvents.mwiUpdated, { counts, ...(memberUserId !== undefined && { memberUserId }) });
    },
    refused: () => envelope(contractEvents.messageRefused, { reason: 'mailbox-full', limit: 'maxMessages' }),
    messageDeleted: (messageId: string, reason: 'deleted' | 'moved' | 'purged') =>
      envelope(contractEvents.messageDeleted, { messageId, reason }),
  };
};

export type SomeMailbox = ReturnType<typeof someMailbox>;

/** A message goes from one mailbox to another: what is told in the feed of each, `version` of the message. */
export const movedBetween = (
  created: CloudEvent,
  from: SomeMailbox,
  to: SomeMailbox,
  { change = {}, version = created.streamversion + 100 }: { change?: Partial<Message>; version?: number } = {},
): { left: CloudEvent; arrived: CloudEvent } => {
  const messageId = messageOf(created);
  const { data, ...arrived } = to.messageCreated({ id: messageId, ...change }, 'moved');
  return {
    left: { ...from.messageDeleted(messageId, 'moved'), streamversion: version },
    arrived: { ...arrived, streamversion: version, data: { ...data, messageId } },
  };
};

/** Id of the message that an event is about. */
export const messageOf = (event: CloudEvent): string => String(event.data.messageId);
