import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import {
  changedPrompt,
  type Prompt,
  type PromptAddress,
  promptAddress,
  promptCommands,
  promptQueries,
} from '@aftertone/contracts';
import { Controller, Inject } from '@nestjs/common';
import { Cells } from '../cells/cells.ts';
import type { Answer, Call } from '../http/call.ts';
import { Endpoint } from '../http/endpoint.ts';
import { ServiceCalls } from '../http/service-calls.ts';
import { StreamAnswer } from '../http/stream-answer.ts';
import { idempotencyKeyOf } from '../messages/idempotency.ts';
import { playRecording } from '../messages/media/playback.ts';
import { promptRoutes as routes } from './prompt.routes.ts';
import { Prompts } from './prompts.ts';

type Routes = typeof routes;

const named = (call: Pick<Call, 'param'>) => ({ language: call.param('language'), key: call.param('key') });

/** What is heard, in any language however it is written. */
const heard = (call: Pick<Call, 'param'>): PromptAddress => promptAddress.parse(named(call));

/** What is changed, as the path names it: the access that was checked is that of these very words. */
const changed = (call: Pick<Call, 'param'>): PromptAddress => changedPrompt.parse(named(call));

const headersOf = ({ source, spokenLanguage }: Prompt) => ({
  'prompt-source': source,
  'content-language': spokenLanguage,
});

/** A reset brings back what is older: no date says whether a client has what is heard now, or a part of it. */
const withoutDates = (given: IncomingHttpHeaders): IncomingHttpHeaders => {
  const { 'if-modified-since': _, 'if-range': ifRange, range, ...headers } = given;
  if (typeof ifRange !== 'string') return { ...headers, ...(range !== undefined && { range }) };
  return /^(W\/)?"/.test(ifRange) ? { ...headers, range, 'if-range': ifRange } : headers;
};

@Controller()
export class PromptsController {
  private readonly calls: ServiceCalls;
  private readonly prompts: Prompts;
  private readonly cells: Cells;

  constructor(
    @Inject(ServiceCalls) calls: ServiceCalls,
    @Inject(Prompts) prompts: Prompts,
    @Inject(Cells) cells: Cells,
  ) {
    this.calls = calls;
    this.prompts = prompts;
    this.cells = cells;
  }

  @Endpoint(routes.list)
  list(call: Call<Routes['list']>): Promise<Answer<Routes['list']>> {
    return this.calls.send(promptQueries.listPrompts, call.query, call);
  }

  @Endpoint(routes.read)
  read(call: Call<Routes['read']>): Promise<Answer<Routes['read']>> {
    return this.calls.send(promptQueries.getPrompt, heard(call), call);
  }

  @Endpoint(routes.play)
  async play(call: Call<Routes['play']>): Promise<StreamAnswer> {
    const prompt = await this.calls.send(promptQueries.getPrompt, heard(call), call);
    const about = headersOf(prompt);
    const { mediaId, contentType } = prompt;
    if (mediaId === null || contentType === null) return new StreamAnswer(204, about, Readable.from([]));
    const { tenantId, cell } = call.session;
    const request = { method: call.request.method, headers: withoutDates(call.request.headers) };
    const { media } = this.cells.of(cell);
    const { correlationId } = call;
    const playable = { tenantId, mediaId, contentType, name: prompt.key.replace('/', '-') };
    const answer = await playRecording(media, playable, { request, correlationId }, call.query);
    const { 'last-modified': __, ...answered } = answer.headers;
    return new StreamAnswer(answer.status, { ...answered, ...about }, answer.body);
  }

  @Endpoint(routes.replace)
  replace(call: Call<Routes['replace']>): Promise<Answer<Routes['replace']>> {
    const { ifVersion, ifMade: ifOwn, request } = call;
    const idempotencyKey = idempotencyKeyOf(request);
    const address = changed(call);
    return this.prompts.replace({ address, upload: request.raw, ifVersion, ifOwn, idempotencyKey }, call);
  }

  @Endpoint(routes.reset)
  async reset(call: Call<Routes['reset']>): Promise<void> {
    const { ifVersion, ifMade: ifOwn } = call;
    await this.calls.send(promptCommands.resetPrompt, { ...changed(call), ifVersion, ifOwn }, call);
  }
}
