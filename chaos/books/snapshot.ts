import type { CloudEvent, Counts, Delivery, MessageItem } from '@aftertone/contracts';
import type { Api } from '../load/api.ts';

/** What the public API says, everything read to its end. */
export interface Snapshot {
  listed: MessageItem[];
  counts: Map<string, Counts>;
  /** The logs of all services. */
  history: CloudEvent[];
  deliveries: Delivery[];
}

export async function takeSnapshot(api: Api, mailboxIds: readonly string[]): Promise<Snapshot> {
  const lists = await Promise.all(mailboxIds.map((id) => api.all<MessageItem>(`/v1/mailboxes/${id}/messages`)));
  const counts = await Promise.all(
    mailboxIds.map(async (id) => [id, await api.get<Counts>(`/v1/mailboxes/${id}/counts`)] as const),
  );
  return {
    listed: lists.flat(),
    counts: new Map(counts),
    history: (await api.all<{ event: CloudEvent }>('/v1/events/history', 'after', 500)).map(({ event }) => event),
    deliveries: await api.all<Delivery>('/v1/deliveries'),
  };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
export const messageIdOf = ({ data }: CloudEvent): string => text(data.messageId);
export const mailboxIdOf = ({ data }: CloudEvent): string => text(data.mailboxId);
export const isAboutMessage = ({ type }: CloudEvent): boolean => /^message_(created|updated|deleted)$/.test(type);
/** Whether the event tells that somebody left a message. */
export const isDeposit = ({ type, data }: CloudEvent): boolean =>
  type === 'message_created' && data.reason === 'deposited';
