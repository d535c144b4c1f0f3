import { type CloudEvent, contractEvents, mailboxPath } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';

interface Said {
  id: string;
  mediaId: string;
}

/** Contract events of one greeting, as mailbox-svc publishes them. `version` is that of the greetings' stream. */
export const greetingEvents = ({ tenantId }: { tenantId: string }) => {
  const mailboxId = newId();
  const updated = (version: number, reason: string, said: Said | null, forgottenRecordingIds: string[]): CloudEvent => {
    const at = new Date().toISOString();
    const recording = said && {
      id: said.id,
      content: {
        ...{ type: 'voice', mediaId: said.mediaId, contentType: 'audio/wav', codec: 'pcm_s16le' },
        ...{ durationMs: 700, bytes: 11_244, sha256: 'a'.repeat(64) },
      },
      recordedAt: at,
      recordedBy: { kind: 'user', id: newId() },
    };
    const greeting = { kind: 'busy', recording, activation: null, updatedAt: at, version };
    const data = { mailboxId, kind: 'busy', reason, greeting, forgottenRecordingIds };
    return {
      specversion: '1.0',
      id: newId(),
      source: '/aftertone/test/mailbox',
      type: contractEvents.greetingUpdated.type,
      subject: mailboxPath(mailboxId, 'settings', 'greeting_updated'),
      time: at,
      datacontenttype: 'application/json',
      tenantid: tenantId,
      sequence: version,
      streamversion: version,
      correlationid: newId(),
      data: contractEvents.greetingUpdated.data.parse(data),
    };
  };
  return {
    recorded: (version: number, said: Said) => updated(version, 'recorded', said, []),
    forgot: (version: number, said: Said | null, forgotten: string[]) => updated(version, 'forgotten', said, forgotten),
  };
};
