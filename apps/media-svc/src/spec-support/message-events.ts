import { type CloudEvent, contractEvents, mailboxPath } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';

/** Contract events of one message, as mailbox-svc publishes them. `version` is that of the message. */
export interface MessageEvents {
  created(version: number, mediaId: string | null, at?: Date): CloudEvent;
  updated(version: number, mediaId: string | null, at?: Date): CloudEvent;
  deleted(version: number, mediaId: string | null, at?: Date): CloudEvent;
  purged(version: number, at?: Date): CloudEvent;
  forwarding(version: number, mediaId: string | null, at?: Date): CloudEvent;
  forwarded(version: number, at?: Date): CloudEvent;
}

export const messageEvent = (place: { tenantId: string; messageId: string; mailboxId?: string }): MessageEvents => {
  const { tenantId, messageId, mailboxId = newId() } = place;
  const envelope = (verb: string, version: number, at: Date, data: Record<string, unknown>): CloudEvent => ({
    specversion: '1.0',
    id: newId(),
    source: '/aftertone/test/mailbox',
    type: `message_${verb}`,
    subject: mailboxPath(mailboxId, 'messages', verb),
    time: at.toISOString(),
    datacontenttype: 'application/json',
    tenantid: tenantId,
    sequence: version,
    streamversion: version,
    correlationid: newId(),
    data: { mailboxId, messageId, ...data },
  });
  const playing = (version: number, mediaId: string | null) => ({
    id: messageId,
    tenantId,
    mailboxId,
    folder: 'inbox',
    heard: false,
    heardAt: null,
    urgent: false,
    confidential: false,
    callerNumber: null,
    callerName: null,
    calledNumber: null,
    callId: null,
    receivedAt: '2026-03-01T12:00:00.000Z',
    content:
      mediaId === null
        ? { type: 'none' as const }
        : {
            type: 'voice' as const,
            mediaId,
            contentType: 'audio/wav' as const,
            codec: 'pcm_s16le',
            durationMs: 500,
            bytes: 8044,
            sha256: 'a'.repeat(64),
          },
    copiedFrom: null,
    version,
  });
  const { messageCreated, messageUpdated, messageDeleted, messageForwarding, messageForwarded } = contractEvents;
  return {
    created: (version, mediaId, at = new Date()) => {
      const data = { mailboxId, messageId, reason: 'deposited', message: playing(version, mediaId) };
      return envelope('created', version, at, messageCreated.data.parse(data));
    },
    updated: (version, mediaId, at = new Date()) => {
      const data = { mailboxId, messageId, changed: ['content'], message: playing(version, mediaId) };
      return envelope('updated', version, at, messageUpdated.data.parse(data));
    },
    deleted: (version, mediaId, at = new Date()) => {
      const data = { mailboxId, messageId, reason: 'deleted', message: playing(version, mediaId) };
      return envelope('deleted', version, at, messageDeleted.data.parse(data));
    },
    purged: (version, at = new Date()) => {
      const data = { mailboxId, messageId, reason: 'purged' };
      return envelope('deleted', version, at, messageDeleted.data.parse(data));
    },
    forwarding: (version, mediaId, at = new Date()) => {
      const data = { mailboxId, messageId, message: playing(version, mediaId), to: 'ann@elsewhere.test' };
      return envelope('forwarding', version, at, messageForwarding.data.parse(data));
    },
    forwarded: (version, at = new Date()) =>
      envelope('forwarded', version, at, messageForwarded.data.parse({ mailboxId, messageId })),
  };
};
