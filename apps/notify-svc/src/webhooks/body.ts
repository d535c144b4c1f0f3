import { type Counts, contractEvents, type WebhookFormat } from '@aftertone/contracts';
import type { PlannedDelivery } from '../deliveries/delivery.ts';

type Data = Readonly<Record<string, unknown>>;

/** What Voicemail Pro's body says beside the event. */
export interface Surroundings {
  extension: string | null;
  counts: Counts | null;
  /** Where clients reach the gateway. */
  publicUrl: string;
}

export interface BodyInput {
  deliveryId: string;
  delivery: Pick<PlannedDelivery, 'notice' | 'payload' | 'facts'>;
}

const isData = (value: unknown): value is Data => typeof value === 'object' && value !== null && !Array.isArray(value);

const within = (data: Data, name: string): Data => {
  const value = data[name];
  return isData(value) ? value : {};
};

/** Whether it is written as Voicemail Pro does: tests and what it has no words for are not. */
export const isVoicemailPro = (format: WebhookFormat, { notice, facts }: BodyInput['delivery']): boolean =>
  format === 'voicemail-pro' &&
  facts.purpose === 'message' &&
  notice.kind === 'event' &&
  notice.type === contractEvents.messageCreated.type;

/** Standard Webhooks: the same text for every attempt. */
export const standardBody = ({ notice, payload = {} }: BodyInput['delivery']): string => {
  if (notice.kind !== 'event') throw new Error(`a webhook says nothing of a ${notice.kind}`);
  return JSON.stringify({ type: notice.type, timestamp: notice.time, data: payload });
};

/** RustPBX Voicemail Pro's `voicemail.new`, whose `id` is that of the delivery. */
export const voicemailProBody = (
  { deliveryId, delivery: { notice, payload = {}, facts } }: BodyInput,
  { extension, counts, publicUrl }: Surroundings,
): string => {
  const message = within(payload, 'message');
  const content = within(message, 'content');
  const { durationMs, bytes } = content;
  const audio = content.mediaId === undefined ? null : `${publicUrl}/v1/messages/${facts.messageId}/audio`;
  return JSON.stringify({
    event: 'voicemail.new',
    id: deliveryId,
    timestamp: notice.kind === 'event' ? notice.time : null,
    data: {
      message_id: facts.messageId,
      extension,
      caller: message.callerNumber ?? null,
      caller_name: message.callerName ?? null,
      duration: typeof durationMs === 'number' ? Math.round(durationMs / 1000) : 0,
      size_bytes: bytes ?? 0,
      created_at: message.receivedAt ?? null,
      audio_url: audio,
      new_count: counts?.new ?? null,
      old_count: counts === null ? null : counts.heard + counts.saved,
    },
  });
};
