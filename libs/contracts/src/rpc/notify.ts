import { z } from 'zod';
import { messageId, page, pageQuery } from '../common.ts';
import { delivery } from '../delivery.ts';
import { deliveryCommands, deliveryQueries } from './notify-deliveries.ts';
import { deviceCommands, deviceQueries } from './notify-devices.ts';
import { escalationCommands, escalationQueries } from './notify-escalation.ts';
import { gatewayCommands, gatewayQueries } from './notify-gateways.ts';
import { templateCommands, templateQueries } from './notify-templates.ts';
import { webhookCommands, webhookQueries } from './notify-webhooks.ts';
import { replayInput, replayOutput } from './replay.ts';
import { queriesOf } from './rpc.ts';

const query = queriesOf('notify');

export const notifyCommands = {
  ...deliveryCommands,
  ...escalationCommands,
  ...templateCommands,
  ...webhookCommands,
  ...deviceCommands,
  ...gatewayCommands,
};

export const notifyQueries = {
  /** Deliveries of one message, oldest first. The gateway has asked mailbox-svc whether the actor may see it. */
  listDeliveries: query('list-deliveries', z.strictObject({ messageId, ...pageQuery }), page(delivery)),
  ...deliveryQueries,
  ...escalationQueries,
  ...templateQueries,
  ...webhookQueries,
  ...deviceQueries,
  ...gatewayQueries,
  events: query('events', replayInput, replayOutput),
};
