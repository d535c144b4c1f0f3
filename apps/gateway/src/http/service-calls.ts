import type { Actor, CallContext, Idempotency, Rpc, RpcInput, RpcOutput } from '@aftertone/contracts';
import { RpcClient } from '@aftertone/messaging';
import { Inject, Injectable } from '@nestjs/common';
import type { Session } from '../access/session.ts';

/** On whose behalf a service is called: a checked request, or what is left of one. */
export interface Caller {
  readonly session: Session;
  readonly correlationId: string;
  /** W3C trace context of the request. */
  readonly traceparent?: string | undefined;
}

/** A call that is made on nobody's behalf, for a tenant. */
export interface OwnCall extends Pick<Caller, 'correlationId' | 'traceparent'> {
  readonly tenantId: string;
}

const ourselves: Actor = { kind: 'system', id: 'gateway', admin: true };

const actorOf = ({ kind, userId: id, admin, grants, limits }: Session): Actor => ({ kind, id, admin, grants, limits });

/** Calls to the other services in the name of a session. */
@Injectable()
export class ServiceCalls {
  private readonly client: RpcClient;

  constructor(@Inject(RpcClient) client: RpcClient) {
    this.client = client;
  }

  /** Throws the service's `DomainError`, or `unavailable` when it does not answer within the call's deadline. */
  send<R extends Rpc>(rpc: R, input: RpcInput<R>, caller: Caller, idempotency?: Idempotency): Promise<RpcOutput<R>> {
    const { session, correlationId, traceparent } = caller;
    const { tenantId } = session;
    return this.call(rpc, input, { tenantId, actor: actorOf(session), correlationId, traceparent, idempotency });
  }

  /** The same for what the gateway itself has to know, with every right in the tenant: it is no answer to anybody. */
  sendAsGateway<R extends Rpc>(rpc: R, input: RpcInput<R>, own: OwnCall): Promise<RpcOutput<R>> {
    const { tenantId, correlationId, traceparent } = own;
    return this.call(rpc, input, { tenantId, actor: ourselves, correlationId, traceparent });
  }

  private call<R extends Rpc>(
    rpc: R,
    input: RpcInput<R>,
    { traceparent, idempotency, ...who }: OwnCall & { actor: Actor; idempotency?: Idempotency | undefined },
  ): Promise<RpcOutput<R>> {
    const context: CallContext = {
      ...who,
      deadline: Date.now() + rpc.deadlineMs,
      ...(traceparent === undefined ? {} : { traceparent }),
      ...(idempotency === undefined ? {} : { idempotency }),
    };
    return this.client.call(rpc, input, context);
  }
}
