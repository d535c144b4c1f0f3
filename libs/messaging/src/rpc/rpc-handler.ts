import type { CallContext, Rpc } from '@aftertone/contracts';
import { Catch, type RpcExceptionFilter, UseFilters } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import { type Observable, throwError } from 'rxjs';
import type { z } from 'zod';

/** A method that handles one call: checked input and the caller in, the result out. Throws `DomainError` to refuse. */
export type RpcMethod<R extends Rpc> = (
  input: z.output<R['input']>,
  context: CallContext,
) => Promise<z.input<R['output']>>;

/** Nest would tell the caller only "Internal server error": the server needs the error itself. */
class PassErrorOn implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}
// Called and not written with an @: Node's own type stripping, which runs sources in tests, knows no decorators.
Catch()(PassErrorOn);

/**
 * Serves a call with this method of a Nest controller, wherever the module's `rpcServer` listens.
 *
 * The server checks input and output with the contract's schemas, refuses a call whose deadline is over, and tells
 * errors by kind.
 */
export const RpcHandler =
  <R extends Rpc>(rpc: R) =>
  <Method extends RpcMethod<R>>(target: object, name: string, descriptor: TypedPropertyDescriptor<Method>): void => {
    MessagePattern(`${rpc.kind}.${rpc.service}.${rpc.name}`, { rpc })(target, name, descriptor);
    UseFilters(new PassErrorOn())(target, name, descriptor);
    Payload()(target, name, 0);
    Ctx()(target, name, 1);
  };
