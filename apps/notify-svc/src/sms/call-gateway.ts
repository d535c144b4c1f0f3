import type { SmsSettings } from '../gateways/gateway.ts';
import type { SealedParts } from '../gateways/sealed.ts';
import type { HttpOut, HttpResult } from '../http-out/http-out.ts';
import { quotedDetail } from '../http-out/quoted-detail.ts';
import type { SendOutcome } from '../sending/channel.ts';
import { TemplateFault } from '../templates/engine/problem.ts';
import { type BodyVariables, smsBody } from './body.ts';

export interface SmsCall {
  settings: SmsSettings;
  sealed: SealedParts;
  variables: Omit<BodyVariables, 'secrets' | 'from'>;
  /** The detail has what the gateway said: for tests, which tell of no caller and are answered at once. */
  quotes?: boolean;
}

/** These may go well the next time; with other statuses from 400 to 499 the gateway says that it will never. */
const worthTrying = new Set([401, 403, 404, 408, 409, 423, 425, 429]);

const outcomeOf = ({ kind, status, detail, retryAfterMs }: HttpResult, settings: SmsSettings): SendOutcome => {
  const rest = { detail, status, ...(retryAfterMs !== null && { retryAfterMs }) };
  const taken = status !== null && (settings.successStatuses.length === 0 || settings.successStatuses.includes(status));
  if (kind === 'ok' && taken) return { outcome: 'delivered', ...rest };
  const final = kind === 'refused' || (status !== null && status >= 400 && status < 500 && !worthTrying.has(status));
  return { outcome: final ? 'refused' : 'failed', ...rest };
};

/** Hands one text to the tenant's SMS gateway. The gateway can tell a repeat by the header `Idempotency-Key`. */
export const callSmsGateway =
  (http: Pick<HttpOut, 'call'>) =>
  async ({ settings, sealed, variables, quotes = false }: SmsCall, signal: AbortSignal): Promise<SendOutcome> => {
    const { url, method, from } = settings;
    let body: ReturnType<typeof smsBody>;
    try {
      body = smsBody(settings, { ...variables, from: from ?? '', secrets: sealed.secrets });
    } catch (error) {
      if (!(error instanceof TemplateFault)) throw error;
      return { outcome: 'refused', detail: `the gateway's body cannot be filled in: ${error.message}`, status: null };
    }
    const result = await http.call(
      {
        ...{ method, url, body: body.text },
        headers: { 'idempotency-key': variables.id, ...sealed.headers, 'content-type': body.contentType },
      },
      signal,
    );
    const outcome = outcomeOf(result, settings);
    if (!quotes) return outcome;
    const secrets = [...Object.values(sealed.headers), ...Object.values(sealed.secrets)];
    return { ...outcome, detail: quotedDetail(result, secrets) };
  };
