import type { SendMailOptions } from 'nodemailer';
import type { PlannedDelivery, SystemNotice } from '../deliveries/delivery.ts';
import type { NoticeFacts } from '../templates/facts/facts.ts';
import { type OwnTemplate, renderNotice } from '../templates/render-notice.ts';
import { messageIdOf } from './mail.ts';
import type { ReaderFacts } from './reader-facts.ts';

export interface SystemMailInput {
  from: string;
  deliveryId: string;
  delivery: Pick<PlannedDelivery, 'facts' | 'plannedAt' | 'payload'> & { notice: SystemNotice };
  templates: readonly OwnTemplate[];
  about: ReaderFacts;
}

const factsOf = ({ delivery: { facts, notice, payload }, about }: SystemMailInput): NoticeFacts => {
  const { name, ...known } = about;
  const common = { recipient: { ...notice.reader, name, email: facts.recipient }, ...known };
  switch (notice.template) {
    case 'mailbox-full':
      return { ...common, kind: notice.template, mailbox: notice.mailbox, quota: notice.quota };
    case 'webhook-paused':
      return { ...common, kind: notice.template, webhook: notice.webhook };
    case 'external-failed':
      return {
        ...{ ...common, kind: notice.template, mailbox: notice.mailbox },
        external: { ...notice.external, detail: String(payload?.detail ?? '') },
      };
  }
};

/** The e-mail about something that somebody should look after; `problem` is its template's. */
export const composeSystemMail = (input: SystemMailInput) => {
  const { from, deliveryId, delivery, templates } = input;
  const { html, ...letter } = renderNotice(templates, factsOf(input));
  return {
    from,
    // As an object: a text would be parsed, and could name more recipients than one.
    to: { name: '', address: delivery.facts.recipient },
    ...letter,
    ...(html !== null && { html }),
    messageId: messageIdOf(deliveryId, from),
    date: new Date(delivery.plannedAt),
    headers: {
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'Content-Language': delivery.notice.reader.language,
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  } satisfies SendMailOptions & { problem?: string };
};
