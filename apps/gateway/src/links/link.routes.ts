import { z } from 'zod';
import { defineRoute } from '../http/route.ts';
import { audioTypes } from '../messages/audio.routes.ts';

const tag = 'links';

/** Mail programs and those who watch over them add parameters of their own. */
const query = z.looseObject({});

const gone = ['message-not-found', 'link-without-access', 'message-without-audio'];

export const linkRoutes = {
  open: defineRoute({
    operationId: 'openLink',
    method: 'GET',
    path: '/v1/links/{token}',
    texts: { token: z.string().meta({ description: 'The signed token of a link that an e-mail holds' }) },
    tag,
    summary: 'Open a link to a recording',
    description:
      'For everybody who has the link: it is signed. Whether its recipient may hear the message is asked now: a user must be ' +
      'allowed to, an address must be named by the mailbox. Then it leads (`Location`) to the recording, at an address that is ' +
      'good for ten minutes. Opening it changes nothing. What does not hold any more is told as a page, or as ' +
      '`application/problem+json` to those who ask for JSON.',
    access: null,
    query,
    status: 302,
    refusals: { 404: ['link-invalid', ...gone] },
  }),
  play: defineRoute({
    operationId: 'playLink',
    method: 'GET',
    path: '/v1/links/audio/{ticket}',
    texts: { ticket: z.string().meta({ description: 'Where a link has led' }) },
    tag,
    summary: 'Hear the recording that a link leads to',
    description:
      'Understands `Range`, `If-Range`, `If-Match` and `If-None-Match`, and asks for the rights as the link does.',
    access: null,
    query,
    status: 200,
    answerTypes: audioTypes,
    headers: { Range: 'For example `bytes=0-1023`' },
    refusals: {
      404: ['link-invalid', 'link-expired', ...gone],
      412: ['version-mismatch'],
      416: ['range-not-satisfiable'],
    },
  }),
};
