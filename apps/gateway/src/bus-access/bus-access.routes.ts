import { busAccess } from '@aftertone/contracts';
import { z } from 'zod';
import { component } from '../docs/components.ts';
import { defineRoute } from '../http/route.ts';

const directConnection = busAccess.extend({
  /** Where the log-in may subscribe, as NATS patterns. */
  subjects: z.object({ allow: z.array(z.string()), deny: z.array(z.string()) }),
});

export const busAccessRoutes = {
  connect: defineRoute({
    operationId: 'prepareBusLogin',
    method: 'POST',
    path: '/v1/events/nats',
    tag: 'events',
    summary: 'Prepare to log in on the bus directly',
    description:
      'The answer says how a NATS client logs in: `user`, with the token of this request as the password. Its inboxes ' +
      'must begin with `inboxPrefix`. The log-in works when the answer comes, and ends with the token.',
    access: 'aftertone.events.read',
    status: 200,
    answer: component('DirectConnection', directConnection, {
      servers: ['nats://nats.example.com:4222'],
      user: 'tok-0197a5c0-0000-7000-8000-00000000000a',
      inboxPrefix: '_INBOX_0197a5c0-0000-7000-8000-00000000000a',
      subjects: {
        allow: [
          'evt.0197a5c0-0000-7000-8000-000000000001.voicemails.global.>',
          '_INBOX_0197a5c0-0000-7000-8000-00000000000a.>',
        ],
        deny: [],
      },
    }),
    refusals: { 422: ['bus-access-off', 'server-too-old'], 503: ['bus-login-pending'] },
  }),
};
