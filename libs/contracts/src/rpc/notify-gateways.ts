import { z } from 'zod';
import { faxGateway, newFaxGateway, newSmsGateway, smsGateway, smsTest } from '../gateways.ts';
import { phoneNumber } from '../notification-settings.ts';
import { empty } from './call.ts';
import { commandsOf, queriesOf } from './rpc.ts';

const command = commandsOf('notify');
const query = queriesOf('notify');

const ifVersion = z.number().int().min(0).optional();

/** By administrators of the tenant; anybody else is refused with `administrator-required`. */
export const gatewayCommands = {
  /** Refused with `sms-gateway-invalid` and what in it cannot be used. */
  setSmsGateway: command('set-sms-gateway', z.strictObject({ gateway: newSmsGateway, ifVersion }), smsGateway),
  removeSmsGateway: command('remove-sms-gateway', z.strictObject({ ifVersion }), empty),
  /** Sends a text at once and tells what came of it. Refused with `sms-gateway-not-found`. */
  testSmsGateway: { ...command('test-sms-gateway', z.strictObject({ to: phoneNumber }), smsTest), deadlineMs: 70_000 },
  setFaxGateway: command('set-fax-gateway', z.strictObject({ gateway: newFaxGateway, ifVersion }), faxGateway),
  removeFaxGateway: command('remove-fax-gateway', z.strictObject({ ifVersion }), empty),
};

export const gatewayQueries = {
  /** Refused with `sms-gateway-not-found`. */
  getSmsGateway: query('get-sms-gateway', empty, smsGateway),
  /** Refused with `fax-gateway-not-found`. */
  getFaxGateway: query('get-fax-gateway', empty, faxGateway),
};
