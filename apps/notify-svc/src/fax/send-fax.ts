import { DomainError } from '@aftertone/kernel';
import { handOver } from '../email/hand-over.ts';
import type { Mailer } from '../email/mailer.ts';
import type { FindReaderFacts } from '../email/reader-facts.ts';
import { UnsendableMail } from '../email/unsendable-mail.ts';
import type { GatewaysOf } from '../gateways/gateways-of.ts';
import type { SendOver } from '../sending/channel.ts';
import { callerTexts, noticeFacts } from '../sms/notice-facts.ts';
import { renderNotice } from '../templates/render-notice.ts';
import type { TemplatesOf } from '../templates/templates-of.ts';
import { composeFaxMail, type FaxMailInput } from './fax-mail.ts';
import { drawFaxPage } from './page.ts';
import { pageReader } from './page-reader.ts';

export interface FaxParts {
  gateways: Pick<GatewaysOf, 'fax'>;
  templates: Pick<TemplatesOf, 'find'>;
  readerFacts: FindReaderFacts;
  mailer: Pick<Mailer, 'send'>;
  /** Sender, where the gateway does not want another one. */
  from: string;
}

/** A pattern and a number that make no address make none the next time, either. */
const composed = (input: FaxMailInput) => {
  try {
    return composeFaxMail(input);
  } catch (error) {
    throw error instanceof DomainError ? new UnsendableMail(error.message) : error;
  }
};

/** Sends a notification as a page through the tenant's e-mail-to-fax gateway. */
export const sendFax =
  ({ gateways, templates, readerFacts, mailer, from }: FaxParts): SendOver =>
  async ({ tenantId, deliveryId, delivery }, signal) => {
    const { notice, facts, plannedAt } = delivery;
    if (notice.kind !== 'message') throw new Error(`a fax says nothing of a ${notice.kind}`);
    const settings = await gateways.fax(tenantId);
    if (settings === null) return { outcome: 'refused', detail: 'the tenant has no fax gateway any more' };
    const compose = async () => {
      const reader = pageReader(notice.reader, notice.receivedAt);
      const mailboxIds = facts.mailboxId === null ? [] : [facts.mailboxId];
      const [own, about] = await Promise.all([
        templates.find(tenantId, { kind: 'fax', language: notice.reader.language }),
        readerFacts({ tenantId, ...facts, mailboxIds }),
      ]);
      const page = noticeFacts('fax', { ...delivery, notice: { ...notice, reader } }, about);
      const { text, problem } = renderNotice(own, page);
      const lines = text.trim().split('\n');
      const pdf = await drawFaxPage({ lines, language: reader.language, createdAt: new Date(plannedAt) });
      const { addressPattern: to, subjectPattern: subject } = settings;
      const gateway = { to, subject, from: settings.from };
      const mail = composed({ gateway, from, deliveryId, plannedAt, number: facts.recipient, pdf });
      return { ...mail, ...(problem !== undefined && { problem }) };
    };
    return handOver(mailer, compose, { secrets: callerTexts(delivery), signal });
  };
