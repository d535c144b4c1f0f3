import { DomainError } from '@aftertone/kernel';
import type { Mailer } from '../email/mailer.ts';
import { smtpFailure } from '../email/smtp-failure.ts';
import type { GatewaysOf } from '../gateways/gateways-of.ts';
import { cleanDetail } from '../masking/clean-detail.ts';
import type { SendOver } from '../sending/channel.ts';
import { callerTexts, noticeFacts } from '../sms/notice-facts.ts';
import { renderNotice } from '../templates/render-notice.ts';
import type { TemplatesOf } from '../templates/templates-of.ts';
import { composeFaxMail } from './fax-mail.ts';
import { drawFaxPage } from './page.ts';
import { pageReader } from './page-reader.ts';

export interface FaxParts {
  gateways: Pick<GatewaysOf, 'fax'>;
  templates: Pick<TemplatesOf, 'find'>;
  mailer: Pick<Mailer, 'send'>;
  /** Sender, where the gateway does not want another one. */
  from: string;
}

/** Sends a notification as a page through the tenant's e-mail-to-fax gateway. */
export const sendFax =
  ({ gateways, templates, mailer, from }: FaxParts): SendOver =>
  async ({ tenantId, deliveryId, delivery }, signal) => {
    const { notice, facts, plannedAt } = delivery;
    if (notice.kind !== 'message') throw new Error(`a fax says nothing of a ${notice.kind}`);
    const settings = await gateways.fax(tenantId);
    if (settings === null) return { outcome: 'refused', detail: 'the tenant has no fax gateway any more' };
    const { language } = notice.reader;
    const reader = pageReader(notice.reader, notice.receivedAt);
    const own = await templates.find(tenantId, { kind: 'fax', language });
    const { text, problem } = renderNotice(own, noticeFacts('fax', { ...delivery, notice: { ...notice, reader } }));
    const told = (detail: string): string => {
      const clean = cleanDetail(detail, callerTexts(delivery));
      return problem === undefined ? clean : `${clean}; ${problem}`;
    };
    const pdf = await drawFaxPage({
      lines: text.trim().split('\n'),
      language: reader.language,
      createdAt: new Date(plannedAt),
    });
    const { addressPattern: to, subjectPattern: subject } = settings;
    const gateway = { to, subject, from: settings.from };
    try {
      const mail = composeFaxMail({ gateway, from, deliveryId, plannedAt, number: facts.recipient, pdf });
      return { outcome: 'delivered', detail: told(await mailer.send({ ...mail, signal })) };
    } catch (error) {
      if (error instanceof DomainError) return { outcome: 'refused', detail: error.message };
      const { permanent, detail } = smtpFailure(error);
      return { outcome: permanent ? 'refused' : 'failed', detail: told(detail) };
    }
  };
