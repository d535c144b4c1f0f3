import { Publisher } from '@aftertone/event-store';
import { type Bus, connectBus } from '@aftertone/messaging';
import type { Logger } from '@aftertone/platform';
import { type DynamicModule, Module } from '@nestjs/common';
import { Background } from './background.ts';
import { BounceDesk } from './bounces/bounce-desk.ts';
import { BouncesController } from './bounces/bounces.controller.ts';
import { returnPathOf } from './bounces/settings.ts';
import type { Config } from './config.ts';
import { DeliveriesController } from './deliveries/deliveries.controller.ts';
import { DeliveryDesk } from './deliveries/delivery-desk.ts';
import { DeliveriesOfMessage } from './deliveries/list/delivery.query.ts';
import { DeviceDesk } from './devices/device-desk.ts';
import { DevicesController } from './devices/devices.controller.ts';
import { makeDeviceDesk, makeGatewayDesk } from './devices/make-desks.ts';
import { EscalationDesk } from './escalation/escalation-desk.ts';
import { EscalationsController } from './escalation/escalations.controller.ts';
import { GatewayDesk } from './gateways/gateway-desk.ts';
import { GatewaysController } from './gateways/gateways.controller.ts';
import { OpeningGround } from './ground/opening-ground.ts';
import { NotifyController } from './notify.controller.ts';
import { PreviewDesk } from './planning/preview/preview-desk.ts';
import { notifyPublisher } from './publishing/publisher.ts';
import { TemplateDesk } from './templates/template-desk.ts';
import { TemplatesController } from './templates/templates.controller.ts';
import { UrlRules } from './webhooks/url-rules.ts';
import { WebhookDesk } from './webhooks/webhook-desk.ts';
import { WebhooksController } from './webhooks/webhooks.controller.ts';

/** Token of the service's `Bus`. */
export const busToken = Symbol('bus');

const openBus = ({ NATS_URL, NATS_USER, NATS_PASSWORD }: Config, log: Logger): Bus =>
  connectBus({ url: NATS_URL, user: NATS_USER, password: NATS_PASSWORD, name: 'notify-svc', log });

@Module({})
class AppModule {}

/** The only place where the service's parts are wired together. */
export const appModule = (config: Config, logger: Logger): DynamicModule => {
  const bus = openBus(config, logger);
  const ground = new OpeningGround({
    databaseUrl: config.DATABASE_URL_NOTIFY,
    keks: [config.AFTERTONE_KEK, ...config.AFTERTONE_KEK_PREVIOUS],
    logger,
  });
  const publisher = notifyPublisher(config.AFTERTONE_CELL);
  return {
    module: AppModule,
    controllers: [
      NotifyController,
      DeliveriesController,
      BouncesController,
      TemplatesController,
      EscalationsController,
      DevicesController,
      GatewaysController,
      WebhooksController,
    ],
    providers: [
      { provide: busToken, useValue: bus },
      { provide: OpeningGround, useValue: ground },
      { provide: Background, useFactory: () => new Background({ config, logger, bus, ground, publisher }) },
      { provide: DeliveriesOfMessage, useFactory: () => new DeliveriesOfMessage(ground) },
      {
        provide: BounceDesk,
        useFactory: () => new BounceDesk({ ground, log: logger, returnPath: returnPathOf(config) }),
      },
      { provide: PreviewDesk, useFactory: () => new PreviewDesk(ground, config.NOTIFY_ATTACHMENT_MAX_BYTES) },
      { provide: DeliveryDesk, useFactory: () => new DeliveryDesk(ground) },
      { provide: TemplateDesk, useFactory: () => new TemplateDesk(ground) },
      { provide: EscalationDesk, useFactory: () => new EscalationDesk(ground) },
      { provide: DeviceDesk, useFactory: () => makeDeviceDesk(ground, config) },
      { provide: GatewayDesk, useFactory: () => makeGatewayDesk(ground, config) },
      { provide: WebhookDesk, useFactory: () => new WebhookDesk(ground, new UrlRules(config)) },
      { provide: Publisher, useValue: publisher },
    ],
  };
};
