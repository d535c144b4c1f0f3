import {
  type FaxGateway,
  faxGateway,
  maskedSecret,
  newFaxGateway,
  newSmsGateway,
  phoneNumber,
  type SmsGateway,
  smsGateway,
  smsTest,
} from '@aftertone/contracts';
import { z } from 'zod';
import { component } from '../../docs/components.ts';
import { defineRoute } from '../../http/route.ts';

const tag = 'notifications';
const access = 'aftertone.notifications.gateways';
const administrators = { 403: ['administrator-required'] };

const sms = { path: '/v1/notifications/sms-gateway', tag, right: 'administer' } as const;
const fax = { path: '/v1/notifications/fax-gateway', tag, right: 'administer' } as const;

// There is one in a tenant or none: nothing is hidden by a 404.
const ofSms = { ...administrators, 404: ['sms-gateway-not-found'] };
const ofFax = { ...administrators, 404: ['fax-gateway-not-found'] };

const smsSettings = {
  url: 'https://sms.example.org/send',
  method: 'POST' as const,
  contentType: 'json' as const,
  body: { recipients: ['{{ to }}'], message: { text: '{{ text }}', key: '{{ secrets.apiKey }}' } },
  from: 'Aftertone',
  successStatuses: [202],
  maxCharacters: 160,
};
const smsExample: SmsGateway = {
  ...smsSettings,
  headers: { Authorization: maskedSecret },
  secrets: { apiKey: maskedSecret },
  updatedAt: '2026-03-01T09:00:00.000Z',
  version: 1,
};
const faxSettings = { addressPattern: '{digits}@fax.example.org', subjectPattern: 'Fax to {number}', from: null };
const faxExample: FaxGateway = { ...faxSettings, updatedAt: '2026-03-01T09:00:00.000Z', version: 1 };

const smsAnswer = component('SmsGateway', smsGateway, smsExample);
const faxAnswer = component('FaxGateway', faxGateway, faxExample);

export const gatewayRoutes = {
  readSms: defineRoute({
    operationId: 'readSmsGateway',
    method: 'GET',
    ...sms,
    summary: 'Read through which gateway texts leave for phones',
    description: 'Of headers and secrets the names; what they are is never read back.',
    access: `${access}.read`,
    status: 200,
    answer: smsAnswer,
    versioned: true,
    refusals: ofSms,
  }),
  setSms: defineRoute({
    operationId: 'setSmsGateway',
    method: 'PUT',
    ...sms,
    summary: 'Set through which gateway texts leave for phones',
    description:
      'Each text is one call of `url`, with the id of the delivery as `Idempotency-Key`. Every text in `body` is a ' +
      'template of `to`, `from`, `text`, `id`, `tenant` and `secrets.<name>`; one that becomes empty is left out, name ' +
      'and all. A header or secret that is null or masked stays as it is; those that are not named go, unless the whole ' +
      'list is absent.',
    access: `${access}.update`,
    body: component('NewSmsGateway', newSmsGateway, {
      ...smsSettings,
      headers: { Authorization: 'Bearer 0123456789' },
      secrets: { apiKey: 'key-of-the-gateway' },
    }),
    status: 200,
    answer: smsAnswer,
    versioned: true,
    conditional: true,
    refusals: { ...administrators, 400: ['sms-gateway-invalid'] },
  }),
  removeSms: defineRoute({
    operationId: 'removeSmsGateway',
    method: 'DELETE',
    ...sms,
    summary: 'Remove the SMS gateway: no more texts are sent',
    access: `${access}.delete`,
    status: 204,
    conditional: true,
    refusals: ofSms,
  }),
  testSms: defineRoute({
    operationId: 'testSmsGateway',
    method: 'POST',
    ...sms,
    path: `${sms.path}/test`,
    summary: 'Try the SMS gateway out',
    description: 'Sends a text at once, and tells what the gateway said. It is tried once, and is no delivery.',
    access: `${access}.test`,
    body: component('SmsTestRequest', z.strictObject({ to: phoneNumber }), { to: '+351910000000' }),
    status: 200,
    answer: component('SmsTest', smsTest, {
      outcome: 'delivered',
      status: 202,
      detail: 'answered 202',
      text: 'A test of the SMS gateway',
    }),
    refusals: ofSms,
  }),
  readFax: defineRoute({
    operationId: 'readFaxGateway',
    method: 'GET',
    ...fax,
    summary: 'Read through which gateway pages leave for fax machines',
    access: `${access}.read`,
    status: 200,
    answer: faxAnswer,
    versioned: true,
    refusals: ofFax,
  }),
  setFax: defineRoute({
    operationId: 'setFaxGateway',
    method: 'PUT',
    ...fax,
    summary: 'Set through which gateway pages leave for fax machines',
    description:
      'An e-mail with a PDF goes to `addressPattern`, in which `{number}` stands for the number as it is kept and ' +
      '`{digits}` for its digits.',
    access: `${access}.update`,
    body: component('NewFaxGateway', newFaxGateway, faxSettings),
    status: 200,
    answer: faxAnswer,
    versioned: true,
    conditional: true,
    refusals: administrators,
  }),
  removeFax: defineRoute({
    operationId: 'removeFaxGateway',
    method: 'DELETE',
    ...fax,
    summary: 'Remove the fax gateway: no more pages are sent',
    access: `${access}.delete`,
    status: 204,
    conditional: true,
    refusals: ofFax,
  }),
};
