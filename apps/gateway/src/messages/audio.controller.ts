import type { IncomingHttpHeaders } from 'node:http';
import { type MessageItem, mailboxQueries } from '@aftertone/contracts';
import { notFound } from '@aftertone/kernel';
import { Controller, Inject } from '@nestjs/common';
import type { Answer, Call } from '../http/call.ts';
import { Endpoint } from '../http/endpoint.ts';
import { ServiceCalls } from '../http/service-calls.ts';
import { StreamAnswer } from '../http/stream-answer.ts';
import { audioRoutes as routes } from './audio.routes.ts';
import { Deposits } from './deposits.ts';
import { idempotencyKeyOf } from './idempotency.ts';
import { MediaClient } from './media/media-client.ts';

type Routes = typeof routes;

/** Request headers that media-svc answers to, and its headers that the caller gets. */
const passedOn = ['range', 'if-range', 'if-match', 'if-none-match', 'if-modified-since'] as const;
const passedBack = [
  'content-type',
  'content-length',
  'content-range',
  'content-disposition',
  'accept-ranges',
  'cache-control',
  'etag',
  'last-modified',
] as const;

const pick = (headers: IncomingHttpHeaders, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );

/** ASCII without anything that a file system or a header could take amiss. */
const fileNameOf = ({ receivedAt, content }: MessageItem): string => {
  const ending = content.type === 'voice' && content.contentType === 'audio/mpeg' ? 'mp3' : 'wav';
  return `message-${receivedAt.replace(/\.\d+Z$/, '').replaceAll(':', '')}.${ending}`;
};

@Controller()
export class AudioController {
  private readonly calls: ServiceCalls;
  private readonly deposits: Deposits;
  private readonly media: MediaClient;

  constructor(
    @Inject(ServiceCalls) calls: ServiceCalls,
    @Inject(Deposits) deposits: Deposits,
    @Inject(MediaClient) media: MediaClient,
  ) {
    this.calls = calls;
    this.deposits = deposits;
    this.media = media;
  }

  @Endpoint(routes.deposit)
  deposit(call: Call<Routes['deposit']>): Promise<Answer<Routes['deposit']>> {
    const { id: mailboxId, request } = call;
    const idempotencyKey = idempotencyKeyOf(request);
    return this.deposits.deposit({ mailboxId, upload: request.raw, idempotencyKey }, call);
  }

  @Endpoint(routes.attach)
  attach(call: Call<Routes['attach']>): Promise<Answer<Routes['attach']>> {
    const { id: messageId, ifVersion, request } = call;
    return this.deposits.attach({ messageId, upload: request.raw, ifVersion }, call);
  }

  @Endpoint(routes.play)
  async play(call: Call<Routes['play']>): Promise<StreamAnswer> {
    const { id, session, query, request, correlationId } = call;
    const message = await this.calls.send(mailboxQueries.getMessage, { id }, call);
    if (message.content.type !== 'voice') throw notFound('message-without-audio', 'The message has no audio');
    const { mediaId } = message.content;
    const response = await this.media.open(
      request.method === 'HEAD' ? 'HEAD' : 'GET',
      { tenantId: session.tenantId, mediaId, correlationId },
      pick(request.headers, passedOn),
      query.download ? fileNameOf(message) : undefined,
    );
    return new StreamAnswer(response.statusCode ?? 200, pick(response.headers, passedBack), response);
  }
}
