import { announcementAggregate } from '../completion/announcement.ts';
import { deliveryAggregate } from '../deliveries/delivery.aggregate.ts';
import { DeliveryRow } from '../deliveries/list/delivery.entity.ts';
import { deviceAggregate } from '../devices/device.aggregate.ts';
import { DeviceRow, DeviceSuccessRow } from '../devices/device.entity.ts';
import { escalationAggregate } from '../escalation/escalation.aggregate.ts';
import { gatewayAggregate } from '../gateways/gateway.aggregate.ts';
import { GatewayRow } from '../gateways/gateway.entity.ts';
import { lampsAggregate } from '../mwi/lamps.ts';
import { TemplateRow } from '../templates/list/template.entity.ts';
import { templateAggregate } from '../templates/template.aggregate.ts';
import { WebhookRow } from '../webhooks/list/webhook.entity.ts';
import { webhookAggregate } from '../webhooks/webhook.aggregate.ts';

/** The kinds of streams in this service's log. */
export const kinds = [
  deliveryAggregate,
  announcementAggregate,
  lampsAggregate,
  escalationAggregate,
  templateAggregate,
  webhookAggregate,
  deviceAggregate,
  gatewayAggregate,
];

/** What is read through the ORM. */
export const entities = [DeliveryRow, TemplateRow, WebhookRow, DeviceRow, DeviceSuccessRow, GatewayRow];
