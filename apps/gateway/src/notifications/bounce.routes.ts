import { z } from 'zod';
import { component } from '../docs/components.ts';
import { defineRoute } from '../http/route.ts';

export const bounceRoutes = {
  record: defineRoute({
    operationId: 'recordBounce',
    method: 'POST',
    path: '/v1/bounces',
    tag: 'notifications',
    summary: 'Bring an e-mail that came back',
    description:
      'For mail servers that pipe what arrives at the return path (`MAIL_RETURN_PATH`): the body is the mail as it came, ' +
      '`message/rfc822`. Its address is signed and says which notification it is about. A report of failure (RFC 3464) ' +
      'makes that one `failed`; of a delay, of anything else and of unknown addresses nothing follows.',
    access: 'aftertone.bounces.create',
    bodyKind: 'mail',
    status: 202,
    answer: component('BounceOutcome', z.object({ outcome: z.enum(['recorded', 'delayed', 'ignored']) }), {
      outcome: 'recorded',
    }),
    refusals: { 409: ['delivery-under-way'] },
  }),
};
