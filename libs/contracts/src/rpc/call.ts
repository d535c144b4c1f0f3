import { z } from 'zod';
import { id, tenantId } from '../common.ts';
import { right } from '../mailbox.ts';

/** On whose behalf a call is made. The gateway has checked the token; the owning service decides what it may do. */
export const actor = z.object({
  kind: z.enum(['user', 'service', 'system']),
  /** User id, service token id, or the name of a service. */
  id: z.string().min(1).max(64),
  /** May administer the tenant. */
  admin: z.boolean(),
  /**
   * Rights that the token's ACL gives by naming mailboxes, by mailbox id; for service tokens `*` is every mailbox that
   * is not named.
   */
  grants: z.record(z.union([id, z.literal('*')]), z.array(right)).optional(),
  /**
   * All that the token's ACL leaves of the rights on mailboxes that its denials name, by mailbox id: whatever else gives
   * rights, also being an administrator, gives no more. Of a mailbox that may not even be read nothing is left.
   */
  limits: z.record(id, z.array(right)).optional(),
});
export type Actor = z.output<typeof actor>;

/** `Idempotency-Key` of the request, with its route and a hash of its body (hex SHA-256). */
export const idempotency = z.object({
  route: z.string(),
  key: z.string().regex(/^[\x20-\x7e]{1,255}$/, 'must be 1 to 255 printable ASCII characters'),
  bodyHash: z.string(),
});
export type Idempotency = z.output<typeof idempotency>;

/** What travels in headers with every call. */
export interface CallContext {
  tenantId: string;
  actor: Actor;
  correlationId: string;
  /** When the caller stops waiting, milliseconds since 1970, by the clock of the process that reads it. */
  deadline: number;
  /** W3C trace context. */
  traceparent?: string;
  idempotency?: Idempotency;
}

export const callHeaders = {
  tenant: 'Aftertone-Tenant',
  actor: 'Aftertone-Actor',
  correlationId: 'Aftertone-Correlation-Id',
  deadline: 'Aftertone-Deadline',
  timeout: 'Aftertone-Timeout',
  traceparent: 'traceparent',
  idempotency: 'Aftertone-Idempotency',
} as const;

const parseJson = (text: string | undefined): unknown => (text === undefined ? undefined : JSON.parse(text));

const callContext = z.object({
  tenantId,
  actor,
  correlationId: z.string().min(1).max(128),
  deadline: z.coerce.number().int(),
  timeout: z.coerce.number().int().min(0).optional(),
  traceparent: z.string().optional(),
  idempotency: idempotency.optional(),
});

/** Headers of a call as text. @param now milliseconds since 1970 */
export const writeCallHeaders = (context: CallContext, now = Date.now()): Record<string, string> => ({
  [callHeaders.tenant]: context.tenantId,
  [callHeaders.actor]: JSON.stringify(context.actor),
  [callHeaders.correlationId]: context.correlationId,
  [callHeaders.deadline]: String(context.deadline),
  [callHeaders.timeout]: String(Math.max(0, Math.ceil(context.deadline - now))),
  ...(context.traceparent === undefined ? {} : { [callHeaders.traceparent]: context.traceparent }),
  ...(context.idempotency === undefined ? {} : { [callHeaders.idempotency]: JSON.stringify(context.idempotency) }),
});

/**
 * Reads what `writeCallHeaders` wrote; throws a ZodError or SyntaxError on anything else. The time that is left counts from
 * now: the caller's clock may be minutes off. Only callers of older versions say nothing but the moment.
 *
 * @param now milliseconds since 1970
 */
export const readCallHeaders = (get: (name: string) => string | undefined, now = Date.now()): CallContext => {
  const parsed = callContext.parse({
    tenantId: get(callHeaders.tenant),
    actor: parseJson(get(callHeaders.actor)),
    correlationId: get(callHeaders.correlationId),
    deadline: get(callHeaders.deadline),
    timeout: get(callHeaders.timeout),
    traceparent: get(callHeaders.traceparent),
    idempotency: parseJson(get(callHeaders.idempotency)),
  });
  const { traceparent, idempotency: key, timeout, ...rest } = parsed;
  return {
    ...rest,
    ...(timeout === undefined ? {} : { deadline: now + timeout }),
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(key === undefined ? {} : { idempotency: key }),
  };
};

/** A refused call. */
export const errorReply = z.object({
  code: z.string(),
  kind: z.enum(['invalid', 'not-found', 'rejected', 'conflict', 'unavailable']),
  message: z.string(),
  details: z.record(z.string(), z.unknown()).default({}),
});
export type ErrorReply = z.output<typeof errorReply>;

/** A bug in the callee is told as this code, kind `unavailable`, without its text. */
export const internalErrorCode = 'internal-error';

export const empty = z.object({});
export const entityId = z.object({ id });
