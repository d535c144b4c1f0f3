import type { Logger } from '@aftertone/platform';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessGuard } from './access/access.guard.ts';
import { Authenticator } from './access/authenticator.ts';
import { Background } from './background/background.ts';
import { AccessToBuses } from './bus-access/access-to-buses.ts';
import { BusAccessController } from './bus-access/bus-access.controller.ts';
import { Cells } from './cells/cells.ts';
import type { Config } from './config.ts';
import { DevicesController } from './devices/devices.controller.ts';
import { EventHistory } from './events/event-history.ts';
import { EventSockets } from './events/event-sockets.ts';
import { EventStreams } from './events/event-streams.ts';
import { EventsController } from './events/events.controller.ts';
import { GreetingUploads } from './greetings/greeting-uploads.ts';
import { GreetingsController } from './greetings/greetings.controller.ts';
import { ServiceCalls } from './http/service-calls.ts';
import { Directory } from './identity/directory.ts';
import { PoliciesController } from './identity/policies/policies.controller.ts';
import { PoliciesQuery } from './identity/policies/policies.query.ts';
import { Policies } from './identity/policies/policies.ts';
import { ServiceTokensController } from './identity/service-tokens/service-tokens.controller.ts';
import { ServiceTokensQuery } from './identity/service-tokens/service-tokens.query.ts';
import { ServiceTokens } from './identity/service-tokens/service-tokens.ts';
import { TenantsController } from './identity/tenants/tenants.controller.ts';
import { TenantsQuery } from './identity/tenants/tenants.query.ts';
import { Tenants } from './identity/tenants/tenants.ts';
import { TokensController } from './identity/tokens/tokens.controller.ts';
import { Tokens } from './identity/tokens/tokens.ts';
import { UsersController } from './identity/users/users.controller.ts';
import { UsersQuery } from './identity/users/users.query.ts';
import { Users } from './identity/users/users.ts';
import { LinksController } from './links/links.controller.ts';
import { Links } from './links/links.ts';
import { MailboxesController } from './mailboxes/mailboxes.controller.ts';
import { MembersController } from './mailboxes/members.controller.ts';
import { People } from './mailboxes/people.ts';
import { TenantRules } from './mailboxes/tenant-rules.ts';
import { AudioController } from './messages/audio.controller.ts';
import { Deposits } from './messages/deposits.ts';
import { EscalationsController } from './messages/escalations.controller.ts';
import { MessagesController } from './messages/messages.controller.ts';
import { WorkController } from './messages/work.controller.ts';
import { BouncesController } from './notifications/bounces.controller.ts';
import { DeliveriesController } from './notifications/deliveries.controller.ts';
import { GatewaysController } from './notifications/gateways/gateways.controller.ts';
import { PreviewsController } from './notifications/previews.controller.ts';
import { TemplatesController } from './notifications/templates.controller.ts';
import { makeParts, type Parts } from './parts.ts';
import { PromptsController } from './prompts/prompts.controller.ts';
import { Prompts } from './prompts/prompts.ts';
import { RetentionController } from './retention/retention.controller.ts';
import { SubscriptionsController } from './subscriptions/subscriptions.controller.ts';
import { SubscriptionsQuery } from './subscriptions/subscriptions.query.ts';
import { Subscriptions } from './subscriptions/subscriptions.ts';
import { MailboxWebhooksController } from './webhooks/mailbox-webhooks.controller.ts';
import { WebhookCalls } from './webhooks/webhook-calls.ts';
import { WebhooksController } from './webhooks/webhooks.controller.ts';

const controllers = [
  TokensController,
  TenantsController,
  PoliciesController,
  UsersController,
  DevicesController,
  ServiceTokensController,
  MailboxesController,
  MembersController,
  GreetingsController,
  MessagesController,
  WorkController,
  RetentionController,
  EscalationsController,
  AudioController,
  LinksController,
  PromptsController,
  DeliveriesController,
  BouncesController,
  PreviewsController,
  TemplatesController,
  WebhooksController,
  MailboxWebhooksController,
  GatewaysController,
  EventsController,
  SubscriptionsController,
  BusAccessController,
];

const providersOf = (parts: Parts): Provider[] => [
  { provide: Authenticator, useValue: parts.authenticator },
  { provide: Tenants, useValue: parts.tenants },
  { provide: TenantsQuery, useValue: parts.tenantsQuery },
  { provide: Users, useValue: parts.users },
  { provide: UsersQuery, useValue: parts.usersQuery },
  { provide: Policies, useValue: parts.policies },
  { provide: PoliciesQuery, useValue: parts.policiesQuery },
  { provide: Tokens, useValue: parts.tokens },
  { provide: ServiceTokens, useValue: parts.serviceTokens },
  { provide: ServiceTokensQuery, useValue: parts.serviceTokensQuery },
  { provide: People, useValue: parts.people },
  { provide: TenantRules, useValue: parts.tenantRules },
  { provide: ServiceCalls, useValue: parts.calls },
  WebhookCalls,
  { provide: Cells, useValue: parts.cells },
  { provide: Directory, useValue: parts.directory },
  { provide: Links, useValue: parts.links },
  { provide: GreetingUploads, useValue: parts.greetingUploads },
  { provide: Deposits, useValue: parts.deposits },
  { provide: Prompts, useValue: parts.prompts },
  { provide: EventStreams, useValue: parts.live.streams },
  { provide: EventSockets, useValue: parts.live.sockets },
  { provide: EventHistory, useValue: parts.live.history },
  { provide: AccessToBuses, useValue: parts.busAccess },
  { provide: Subscriptions, useValue: parts.subscriptions },
  { provide: SubscriptionsQuery, useValue: parts.subscriptionsQuery },
  { provide: APP_GUARD, useClass: AccessGuard },
];

/** Token of everything the gateway is made of, for readiness and tests. */
export const PARTS = Symbol('parts');

@Module({ controllers })
class AppModule {}

/** The gateway as a Nest module. Connecting begins here and goes on in the background. */
export const appModule = (config: Config, logger: Logger): DynamicModule => {
  const parts = makeParts(config, logger);
  const background = { provide: Background, useValue: new Background(parts, config, logger) };
  return {
    module: AppModule,
    providers: [...providersOf(parts), background, { provide: PARTS, useValue: parts }],
  };
};
