import { Readable } from 'node:stream';
import { DomainError } from '@aftertone/kernel';
import { problemOf } from '@aftertone/platform';
import { Controller, Inject } from '@nestjs/common';
import { Cells } from '../cells/cells.ts';
import type { Call } from '../http/call.ts';
import { Endpoint } from '../http/endpoint.ts';
import { statuses } from '../http/statuses.ts';
import { StreamAnswer } from '../http/stream-answer.ts';
import { fileNameOf, play } from '../messages/media/playback.ts';
import { linkRoutes as routes } from './link.routes.ts';
import { linkPage } from './link-page.ts';
import { Links } from './links.ts';

type Routes = typeof routes;

/** Nobody on the way keeps an answer, and no search engine lists it. */
const ofOnePerson = { 'cache-control': 'private, no-store', 'x-robots-tag': 'noindex' };

const isForPrograms = ({ request }: Call): boolean => {
  const accept = request.headers.accept ?? '';
  return accept.includes('json') && !accept.includes('text/html');
};

/** People click on links: what is refused is told to them on a page. */
const orPage = async (call: Call, answer: Promise<StreamAnswer>): Promise<StreamAnswer> => {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof DomainError) || isForPrograms(call)) throw error;
    const { code, status } = problemOf(error, call.correlationId, statuses);
    const headers = { ...ofOnePerson, 'content-type': 'text/html; charset=utf-8' };
    return new StreamAnswer(status, headers, Readable.from([linkPage(code, call.correlationId)]));
  }
};

@Controller()
export class LinksController {
  private readonly links: Links;
  private readonly cells: Cells;

  constructor(@Inject(Links) links: Links, @Inject(Cells) cells: Cells) {
    this.links = links;
    this.cells = cells;
  }

  @Endpoint(routes.open)
  open(call: Call<Routes['open']>): Promise<StreamAnswer> {
    return orPage(call, this.lead(call));
  }

  @Endpoint(routes.play)
  play(call: Call<Routes['play']>): Promise<StreamAnswer> {
    return orPage(call, this.recording(call));
  }

  private async lead(call: Call<Routes['open']>): Promise<StreamAnswer> {
    const ticket = await this.links.open(call.param('token'), call);
    // Relative, so that it also holds behind a proxy that puts a path in front.
    return new StreamAnswer(302, { ...ofOnePerson, location: `audio/${ticket}` }, Readable.from([]));
  }

  private async recording(call: Call<Routes['play']>): Promise<StreamAnswer> {
    const { message, cell } = await this.links.message(call.param('ticket'), call);
    const { status, headers, body } = await play(this.cells.of(cell).media, message, call);
    const disposition = { 'content-disposition': `inline; filename="${fileNameOf(message, call.request)}"` };
    return new StreamAnswer(status, { ...headers, ...ofOnePerson, ...disposition }, body);
  }
}
