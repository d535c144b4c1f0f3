import type { Actor, CallContext, Idempotency, Rpc, RpcInput, RpcOutput } from '@aftertone/contracts';
import { Inject, Injectable } from '@nestjs/common';
import type { Session } from '../access/session.ts';
import { Cells } from '../cells/cells.ts';

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
  /** In which the tenant lives; null is the gateway's own. */
  readonly cell: string | null;
}

const ourselves: Actor = { kind: 'system', id: 'gateway', admin: true };

const actorOf = ({ kind, userId: id, admin, grants, limits }: Session): Actor => ({ kind, id, admin, grants, limits });

/** Calls to the other services in the name of a session, in the cell of the tenant in which it acts. */
@Injectable()
export class ServiceCalls {
  private readonly cells: Pick<Cells, 'of'>;

  constructor(@Inject(Cells) cells: Pick<Cells, 'of'>) {
    this.cells = cells;
  }

  /** Throws the service's `DomainError`, or `unavailable` when it does not answer within the call's deadline. */
  send<R extends Rpc>(rpc: R, input: RpcInput<R>, caller: Caller, idempotency?: Idempotency): Promise<RpcOutput<R>> {
    const { session, correlationId, traceparent } = caller;
    const { tenantId, cell } = session;
    return this.call(rpc, input, { tenantId, cell, actor: actorOf(session), correlationId, traceparent, idempotency });
  }

  /** The same for what the gateway itself has to know, with every right in the tenant: it is no answer to anybody. */
  sendAsGateway<R extends Rpc>(rpc: R, input: RpcInput<R>, own: OwnCall): Promise<RpcOutput<R>> {
    const { tenantId, cell, correlationId, traceparent } = own;
    return this.call(rpc, input, { tenantId, cell, actor: ourselves, correlationId, traceparent });
  }

  private async call<R extends Rpc>(
    rpc: R,
    input: RpcInput<R>,
    { cell, traceparent, idempotency, ...who }: OwnCall & { actor: Actor; idempotency?: Idempotency | undefined },
  ): Promise<RpcOutput<R>> {
    const context: CallContext = {
      ...who,
      deadline: Date.now() + rpc.deadlineMs,
      ...(traceparent === undefined ? {} : { traceparent }),
      ...(idempotency === undefined ? {} : { idempotency }),
    };
    return this.cells.of(cell).client.call(rpc, input, context);
  }
}
