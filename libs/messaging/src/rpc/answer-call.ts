import { type CallContext, type Rpc, readCallHeaders } from '@aftertone/contracts';
import { DomainError, invalid } from '@aftertone/kernel';
import type { Msg } from '@nats-io/transport-node';
import type { MessageHandler } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type { Log } from '../log.ts';
import type { AroundCall } from './rpc-server.ts';
import { asRefusal, callName, deadlineExceeded, errorReplyOf } from './wire.ts';

/** What goes back: a result, or an `ErrorReply` with its code. */
export interface Answer {
  body: unknown;
  errorCode?: string;
}

export interface IncomingCall {
  rpc: Rpc;
  message: Msg;
  handler: MessageHandler;
  around: AroundCall;
  log: Log | undefined;
}

export const failed = (error: unknown): Answer => {
  const reply = errorReplyOf(error);
  return { body: reply, errorCode: reply.code };
};

const readBody = (message: Msg): unknown => {
  try {
    return message.json<unknown>();
  } catch (error) {
    throw invalid('invalid-request', 'The request is no JSON', {}, error);
  }
};

const readContext = (message: Msg): CallContext => {
  try {
    // An absent header reads as an empty text.
    return readCallHeaders((name) => message.headers?.get(name) || undefined);
  } catch (error) {
    throw invalid('invalid-request', 'The headers of the call are not usable', {}, error);
  }
};

const outputOf = async (handler: MessageHandler, input: unknown, context: CallContext): Promise<unknown> => {
  try {
    // Nest hands errors over inside of the observable: awaiting the handler alone would take a failure for a result.
    const result: unknown = await handler(input, context);
    return isObservable(result) ? await lastValueFrom(result) : result;
  } catch (error) {
    throw asRefusal(error);
  }
};

const run = async ({ rpc, message, handler }: IncomingCall, context: CallContext): Promise<unknown> => {
  if (context.deadline <= Date.now()) throw deadlineExceeded(rpc, context);
  const input = rpc.input.safeParse(readBody(message));
  if (!input.success) throw asRefusal(input.error);
  const output = await outputOf(handler, input.data, context);
  // What the service says about itself and breaks its own contract is a bug, not the caller's invalid request.
  const checked = rpc.output.safeParse(output);
  if (!checked.success) throw new Error(`${callName(rpc)} made a wrong result`, { cause: checked.error });
  return checked.data;
};

/** Handles one call from headers to answer; never rejects. */
export const answerCall = async (call: IncomingCall): Promise<Answer> => {
  const name = callName(call.rpc);
  let context: CallContext;
  try {
    context = readContext(call.message);
  } catch (error) {
    call.log?.warn({ err: error, call: name }, 'a call without usable headers was refused');
    return failed(error);
  }
  const { correlationId, tenantId } = context;
  try {
    const body = await call.around({ name, correlationId, tenantId }, async () => run(call, context));
    return { body };
  } catch (error) {
    // With `around` in place the log has it already; without, this is the only trace of a bug.
    if (!(error instanceof DomainError)) call.log?.error({ err: error, call: name, correlationId }, 'a call failed');
    return failed(error);
  }
};
