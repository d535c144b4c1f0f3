import type { Secrets } from '@aftertone/event-store';
import type { FindReaderFacts } from '../email/reader-facts.ts';
import type { GatewaysOf } from '../gateways/gateways-of.ts';
import { openSealed } from '../gateways/sealed.ts';
import type { HttpOut } from '../http-out/http-out.ts';
import type { SendOver } from '../sending/channel.ts';
import { renderNotice } from '../templates/render-notice.ts';
import type { TemplatesOf } from '../templates/templates-of.ts';
import { callSmsGateway } from './call-gateway.ts';
import { fitSms } from './fit.ts';
import { noticeFacts } from './notice-facts.ts';

export interface SmsParts {
  gateways: Pick<GatewaysOf, 'sms'>;
  secrets: Secrets;
  templates: Pick<TemplatesOf, 'find'>;
  readerFacts: FindReaderFacts;
  http: Pick<HttpOut, 'call'>;
}

/** Sends a notification as an SMS through the tenant's gateway. */
export const sendSms = ({ gateways, secrets, templates, readerFacts, http }: SmsParts): SendOver => {
  const callGateway = callSmsGateway(http);
  return async (sending, signal) => {
    const { tenantId, deliveryId, delivery } = sending;
    const { notice, facts } = delivery;
    if (notice.kind !== 'message') throw new Error(`an SMS says nothing of a ${notice.kind}`);
    const settings = await gateways.sms(tenantId);
    if (settings === null) return { outcome: 'refused', detail: 'the tenant has no SMS gateway any more' };
    const mailboxIds = facts.mailboxId === null ? [] : [facts.mailboxId];
    const [sealed, own, about] = await Promise.all([
      openSealed(secrets, tenantId),
      templates.find(tenantId, { kind: 'sms', language: notice.reader.language }),
      readerFacts({ tenantId, ...facts, mailboxIds }),
    ]);
    const { text, problem } = renderNotice(own, noticeFacts('sms', { ...delivery, notice }, about));
    const variables = {
      to: facts.recipient,
      text: fitSms(text.trim(), settings.maxCharacters),
      id: deliveryId,
      tenant: tenantId,
    };
    const result = await callGateway({ settings, sealed, variables }, signal);
    return problem === undefined ? result : { ...result, detail: `${result.detail}; ${problem}` };
  };
};
