import { z } from 'zod';
import { cloudEvent } from '../envelope.ts';
import { openSubscription } from '../subscription.ts';
import { SubscriptionEnded, SubscriptionRefused, TokenRefused } from './errors.ts';
import type { SubscribeOptions } from './options.ts';
import { pause } from './pause.ts';

export type Opened = z.output<typeof openSubscription>;

const historyPage = z.object({
  items: z.array(z.object({ cursor: z.string(), event: cloudEvent })),
  next: z.string().nullable(),
});
export type HistoryPage = z.output<typeof historyPage>;

const problem = z.object({ code: z.string(), detail: z.string() });

const answerMs = 30_000;
const pageSize = 200;

interface Request {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  body?: unknown;
}

/** Whether the same request may succeed later. */
const isPassing = (status: number): boolean => status === 408 || status === 425 || status === 429 || status >= 500;

/** What a subscriber asks the gateway. Requests are repeated until they are answered, or `signal` aborts. */
export class Gateway {
  private readonly options: SubscribeOptions;
  private readonly signal: AbortSignal;
  private token: string | undefined;

  constructor(options: SubscribeOptions, signal: AbortSignal) {
    this.options = options;
    this.signal = signal;
  }

  /** The token to log in on the bus with. */
  async currentToken(): Promise<string> {
    const { token } = this.options;
    this.token ??= typeof token === 'string' ? token : await token();
    return this.token;
  }

  /** The next request asks for a fresh token, where there is somebody to ask. */
  forgetToken(): void {
    this.token = undefined;
  }

  /** Makes the subscription, or finds it again. */
  async open(): Promise<Opened> {
    const { durable, types, after } = this.options;
    const body = { name: durable, types, after };
    return openSubscription.parse(await this.ask({ method: 'POST', path: '/v1/subscriptions', body }));
  }

  /** How to reach a subscription that is there. Throws `SubscriptionEnded` when it is not. */
  async check(id: string): Promise<Opened> {
    try {
      return openSubscription.parse(await this.ask({ method: 'GET', path: `/v1/subscriptions/${id}` }));
    } catch (error) {
      if (!(error instanceof SubscriptionRefused) || error.status !== 404) throw error;
      throw new SubscriptionEnded('the subscription is not there any more', { cause: error });
    }
  }

  async history(after: string, until: string): Promise<HistoryPage> {
    const { types } = this.options;
    const query = new URLSearchParams({ after, until, limit: String(pageSize) });
    if (types !== undefined) query.set('types', types.join(','));
    return historyPage.parse(await this.ask({ method: 'GET', path: `/v1/events/history?${query}` }));
  }

  async keepProgress(id: string, after: string | null): Promise<void> {
    await this.ask({ method: 'PUT', path: `/v1/subscriptions/${id}/replay`, body: { after } });
  }

  /** Tried once: what is left behind ends by itself. */
  async remove(id: string): Promise<void> {
    const request = { method: 'DELETE', path: `/v1/subscriptions/${id}` } as const;
    await this.send(request, await this.currentToken(), AbortSignal.timeout(answerMs));
  }

  private async ask(request: Request): Promise<unknown> {
    let refusals = 0;
    for (let attempt = 0; ; attempt++) {
      this.signal.throwIfAborted();
      const response = await this.attempt(request);
      if (response?.ok) return response.status === 204 ? undefined : response.json();
      if (response?.status === 401) this.refused(++refusals);
      else if (response !== null && !isPassing(response.status)) throw await refusalOf(response);
      await pause(attempt, this.signal);
    }
  }

  /** Null when nobody answered. */
  private async attempt(request: Request): Promise<Response | null> {
    try {
      const signal = AbortSignal.any([this.signal, AbortSignal.timeout(answerMs)]);
      const response = await this.send(request, await this.currentToken(), signal);
      if (isPassing(response.status)) this.options.onProblem?.(new Error(`the gateway answers ${response.status}`));
      return response;
    } catch (cause) {
      this.signal.throwIfAborted();
      this.options.onProblem?.(new Error('the gateway does not answer', { cause }));
      return null;
    }
  }

  private send({ method, path, body }: Request, token: string, signal: AbortSignal): Promise<Response> {
    return fetch(this.options.gateway.replace(/\/+$/, '') + path, {
      method,
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal,
    });
  }

  private refused(times: number): void {
    this.forgetToken();
    if (times > 1 || typeof this.options.token === 'string') throw new TokenRefused('the gateway refuses the token');
  }
}

const refusalOf = async (response: Response): Promise<Error> => {
  const { success, data } = problem.safeParse(await response.json().catch(() => null));
  return success
    ? new SubscriptionRefused(response.status, data.code, data.detail)
    : new SubscriptionRefused(response.status, 'unknown', 'the gateway gave no reason');
};
