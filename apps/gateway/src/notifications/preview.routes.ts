import { notificationPreview, previewedMessage } from '@aftertone/contracts';
import { component } from '../docs/components.ts';
import { defineRoute } from '../http/route.ts';
import { previewExample } from './preview.examples.ts';

export const previewRoutes = {
  preview: defineRoute({
    operationId: 'previewNotifications',
    method: 'POST',
    path: '/v1/mailboxes/{id}/notifications/preview',
    tag: 'notifications',
    summary: 'See who would be told of a message',
    description:
      'By the settings of now, for a message that is made up from the body: who gets what and when, in the order of the ' +
      'chain, and who gets nothing, with the reason and what to change. Nothing is sent.',
    access: 'aftertone.mailboxes.{id}.notifications.preview',
    right: 'settings',
    body: component('PreviewedMessage', previewedMessage, { urgent: true, at: '2026-03-01T22:30:00Z' }),
    status: 200,
    answer: component('NotificationPreview', notificationPreview, previewExample),
    missing: 'mailbox-not-found',
    refusals: { 403: ['right-required'] },
  }),
};
