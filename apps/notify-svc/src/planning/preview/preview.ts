import type { NotificationPreview, PreviewedDelivery } from '@aftertone/contracts';
import { stepOf } from '../../deliveries/chain.ts';
import type { PlannedContent } from '../../deliveries/delivery.ts';
import { type Plan, type Situation, type Skipped, skip } from '../situation.ts';
import { attachmentOf } from './attachment.ts';

/** How it is shown. `maxBytes`: larger recordings are not attached; null: no limit. */
export interface Showing {
  now: Date;
  maxBytes: number | null;
}

const contentOf = ({ notice, caller }: PlannedContent, maxBytes: number | null): PreviewedDelivery['content'] => {
  if (notice.kind !== 'message') return null;
  const { reader, link } = notice;
  return {
    language: reader.language,
    timezone: reader.timezone,
    ...attachmentOf(notice, maxBytes),
    link,
    caller: caller !== undefined && (caller.callerNumber !== null || caller.callerName !== null),
  };
};

/** A planned delivery as it is shown. */
const shown = (content: PlannedContent, { now, maxBytes }: Showing): PreviewedDelivery => {
  const { facts, dueAt = now.toISOString(), group } = content;
  const { channel, purpose, recipient, userId } = facts;
  return {
    ...{ step: stepOf(channel), channel, purpose, recipient, userId, dueAt },
    digest: group !== undefined,
    content: contentOf(content, maxBytes),
  };
};

const rank = ({ step, channel, recipient, dueAt }: PreviewedDelivery): string =>
  [step, dueAt, channel, recipient].join(' ');

/** In the order of the chain. */
export const shownPlan = (
  { planned, skipped }: Plan,
  showing: Showing,
): Pick<NotificationPreview, 'planned' | 'skipped'> => ({
  planned: planned
    .map((content) => shown(content, showing))
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

/** Recordings that were wanted and do not go along. */
const leftOut: ReadonlySet<string> = new Set(['confidential', 'digest', 'too-large']);

/** Nothing, too, where no e-mail would be accepted or one would lack the recording that is wanted with it. */
export const afterNotifyOf = (
  { mailbox: { notify, storage } }: Situation,
  planned: readonly PreviewedDelivery[],
): NotificationPreview['afterNotify'] => {
  const emails = planned.filter(({ channel, purpose }) => channel === 'email' && purpose === 'message');
  const lacks = emails.some(({ content }) => content !== null && leftOut.has(content.audioReason));
  if (storage.type === 'external' || emails.length === 0 || lacks) return 'nothing';
  if (notify.saveAfterNotify) return 'save';
  return notify.deleteAfterNotify ? 'delete' : 'nothing';
};
