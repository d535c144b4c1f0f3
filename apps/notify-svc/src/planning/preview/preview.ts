import type { NotificationPreview, PreviewedDelivery } from '@aftertone/contracts';
import { stepOf } from '../../deliveries/chain.ts';
import type { PlannedContent } from '../../deliveries/delivery.ts';
import { type Plan, type Situation, type Skipped, skip } from '../situation.ts';

const contentOf = ({ notice, caller }: PlannedContent): PreviewedDelivery['content'] => {
  if (notice.kind !== 'message') return null;
  const { reader, recording, link } = notice;
  return {
    language: reader.language,
    timezone: reader.timezone,
    audio: recording && { contentType: recording.contentType, format: recording.format },
    link,
    caller: caller !== undefined && (caller.callerNumber !== null || caller.callerName !== null),
  };
};

/** A planned delivery as it is shown. */
const shown = (content: PlannedContent, now: Date): PreviewedDelivery => {
  const { facts, dueAt = now.toISOString(), group } = content;
  const { channel, purpose, recipient, userId } = facts;
  return {
    ...{ step: stepOf(channel), channel, purpose, recipient, userId, dueAt },
    digest: group !== undefined,
    content: contentOf(content),
  };
};

const rank = ({ step, channel, recipient, dueAt }: PreviewedDelivery): string =>
  [step, dueAt, channel, recipient].join(' ');

/** In the order of the chain. */
export const shownPlan = ({ planned, skipped }: Plan, now: Date): Pick<NotificationPreview, 'planned' | 'skipped'> => ({
  planned: planned
    .map((content) => shown(content, now))
    .sort((one, other) => (rank(one) < rank(other) ? -1 : rank(one) > rank(other) ? 1 : 0)),
  skipped: [...skipped],
});

/** Where the message itself goes elsewhere, nobody is told of it: it is not here. */
export const instead = (external: Plan, others: Plan): Plan => ({
  planned: external.planned,
  skipped: others.planned.map(
    ({ facts }): Skipped =>
      skip(
        facts,
        'kept-elsewhere',
        'Messages of this mailbox are sent to another server and not kept: set its storage to internal to tell of them.',
      ),
  ),
});

export const afterNotifyOf = ({ mailbox: { notify, storage } }: Situation): NotificationPreview['afterNotify'] => {
  if (storage.type === 'external') return 'nothing';
  if (notify.saveAfterNotify) return 'save';
  return notify.deleteAfterNotify ? 'delete' : 'nothing';
};
