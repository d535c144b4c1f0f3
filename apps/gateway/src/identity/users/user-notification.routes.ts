import { initialUserNotify, userNotify, userNotifyChanges } from '@aftertone/contracts';
import { z } from 'zod';
import { component } from '../../docs/components.ts';
import { defineRoute } from '../../http/route.ts';

const tag = 'identity';
const path = '/v1/users/{id}/notifications';
const missing = 'user-not-found';

const view = userNotify.extend({
  /** That of the user. */
  version: z.number().int(),
});

const notifications = component('UserNotifications', view, {
  ...initialUserNotify,
  email: { ...initialUserNotify.email, enabled: true, link: true },
  sms: { to: '+351910000000' },
  quietHours: { from: '22:00', until: '07:00', days: ['mon', 'tue', 'wed', 'thu', 'fri'], exceptUrgent: true },
  version: 2,
});

export const userNotificationRoutes = {
  read: defineRoute({
    operationId: 'readUserNotifications',
    method: 'GET',
    path,
    me: true,
    tag,
    summary: 'Read how a user is told about messages',
    description:
      '`me` is the user of the token. What is null is as the mailbox has it, then as the tenant has it, and at last as ' +
      'Aftertone has it. The version is that of the user.',
    access: 'aftertone.users.{id}.notifications.read',
    status: 200,
    answer: notifications,
    missing,
    versioned: true,
  }),
  change: defineRoute({
    operationId: 'changeUserNotifications',
    method: 'PATCH',
    path,
    me: true,
    tag,
    summary: 'Change how a user is told about messages',
    description:
      'What is absent stays as it is. Users may change their own; their e-mail address is what `PATCH /v1/users/{id}` sets. ' +
      'Changing those of somebody else takes an ACL that covers all that the user has.',
    access: 'aftertone.users.{id}.notifications.update',
    body: component('UserNotificationChanges', userNotifyChanges, {
      push: { enabled: true },
      digest: { every: 'day', at: '08:30' },
    }),
    status: 200,
    answer: notifications,
    missing,
    versioned: true,
    conditional: true,
    refusals: { 403: ['beyond-own-access'] },
  }),
};
