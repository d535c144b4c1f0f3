import { busAccessRoutes } from './bus-access/bus-access.routes.ts';
import { deviceRoutes } from './devices/device.routes.ts';
import { eventRoutes } from './events/event.routes.ts';
import { greetingRoutes } from './greetings/greeting.routes.ts';
import type { Route } from './http/route.ts';
import { policyRoutes } from './identity/policies/policy.routes.ts';
import { serviceTokenRoutes } from './identity/service-tokens/service-token.routes.ts';
import { tenantRoutes } from './identity/tenants/tenant.routes.ts';
import { tokenRoutes } from './identity/tokens/token.routes.ts';
import { userRoutes } from './identity/users/user.routes.ts';
import { userNotificationRoutes } from './identity/users/user-notification.routes.ts';
import { linkRoutes } from './links/link.routes.ts';
import { mailboxRoutes } from './mailboxes/mailbox.routes.ts';
import { memberRoutes } from './mailboxes/member.routes.ts';
import { audioRoutes } from './messages/audio.routes.ts';
import { escalationRoutes } from './messages/escalation.routes.ts';
import { messageRoutes } from './messages/message.routes.ts';
import { workRoutes } from './messages/work.routes.ts';
import { bounceRoutes } from './notifications/bounce.routes.ts';
import { deliveryRoutes } from './notifications/delivery.routes.ts';
import { gatewayRoutes } from './notifications/gateways/gateway.routes.ts';
import { previewRoutes } from './notifications/preview.routes.ts';
import { templateRoutes } from './notifications/template.routes.ts';
import { promptRoutes } from './prompts/prompt.routes.ts';
import { retentionRoutes } from './retention/retention.routes.ts';
import { subscriptionRoutes } from './subscriptions/subscription.routes.ts';
import { mailboxWebhookRoutes, webhookRoutes } from './webhooks/webhook.routes.ts';

/** Every route of the native API, in the order of its documentation. */
export const routes: readonly Route[] = [
  tokenRoutes,
  tenantRoutes,
  policyRoutes,
  userRoutes,
  userNotificationRoutes,
  deviceRoutes,
  serviceTokenRoutes,
  mailboxRoutes,
  memberRoutes,
  greetingRoutes,
  messageRoutes,
  workRoutes,
  retentionRoutes,
  escalationRoutes,
  audioRoutes,
  linkRoutes,
  promptRoutes,
  deliveryRoutes,
  bounceRoutes,
  previewRoutes,
  templateRoutes,
  webhookRoutes,
  mailboxWebhookRoutes,
  gatewayRoutes,
  eventRoutes,
  subscriptionRoutes,
  busAccessRoutes,
].flatMap((group): Route[] => Object.values(group));
