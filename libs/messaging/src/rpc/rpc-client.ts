import {
  type CallContext,
  errorReply,
  type Rpc,
  type RpcInput,
  type RpcOutput,
  rpcSubject,
  writeCallHeaders,
} from '@aftertone/contracts';
import { DomainError, unavailable } from '@aftertone/kernel';
import { errors, headers, type Msg, type MsgHdrs } from '@nats-io/transport-node';
import type { Bus } from '../bus/bus.ts';
import { asRefusal, callName, deadlineExceeded, errorHeader } from './wire.ts';

export interface RpcClientOptions {
  bus: Bus;
  cell: string;
}

const headersOf = (context: CallContext): MsgHdrs => {
  const fields = headers();
  for (const [name, value] of Object.entries(writeCallHeaders(context))) fields.set(name, value);
  return fields;
};

const serviceUnavailable = (rpc: Rpc, cause: unknown): DomainError =>
  unavailable('service-unavailable', `The ${rpc.service} service does not answer`, { service: rpc.service }, cause);

/** Calls other services. */
export class RpcClient {
  private readonly bus: Bus;
  private readonly cell: string;

  constructor({ bus, cell }: RpcClientOptions) {
    this.bus = bus;
    this.cell = cell;
  }

  /**
   * Asks and waits until `context.deadline`.
   *
   * Throws the `DomainError` of the service, `invalid-request` when `input` breaks the contract, `service-unavailable`
   * (at once) when the bus is down or nobody serves the call, `deadline-exceeded` when the answer does not come in time;
   * the call may have been done all the same then.
   */
  async call<R extends Rpc>(rpc: R, input: RpcInput<R>, context: CallContext): Promise<RpcOutput<R>> {
    const checked = rpc.input.safeParse(input);
    if (!checked.success) throw asRefusal(checked.error);
    const reply = await this.ask(rpc, JSON.stringify(input), context);
    if (reply.headers?.has(errorHeader)) {
      const { kind, code, message, details } = errorReply.parse(reply.json());
      throw new DomainError(kind, code, message, details);
    }
    return rpc.output.parse(reply.json()) as RpcOutput<R>;
  }

  private async ask(rpc: Rpc, body: string, context: CallContext): Promise<Msg> {
    const timeout = context.deadline - Date.now();
    if (timeout <= 0) throw deadlineExceeded(rpc, context);
    if (!this.bus.isUp) throw serviceUnavailable(rpc, undefined);
    try {
      const connection = this.bus.connection();
      return await connection.request(rpcSubject(rpc, this.cell), body, { timeout, headers: headersOf(context) });
    } catch (error) {
      if (error instanceof errors.TimeoutError) throw deadlineExceeded(rpc, context);
      if (error instanceof errors.InvalidArgumentError)
        throw new Error(`${callName(rpc)} was not sent`, { cause: error });
      throw serviceUnavailable(rpc, error);
    }
  }
}
