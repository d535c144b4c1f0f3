import { type CallContext, type ErrorReply, fieldErrors, internalErrorCode, type Rpc } from '@aftertone/contracts';
import { DomainError, unavailable } from '@aftertone/kernel';
import { z } from 'zod';

/** Set on a reply that is an `ErrorReply`, to its code: a result may look like one. */
export const errorHeader = 'Aftertone-Error';

/** `mailbox.deposit-message`: how logs and metrics name a call. */
export const callName = (rpc: Rpc): string => `${rpc.service}.${rpc.name}`;

/** A request that its schema refuses, as `invalid-request` with every wrong field; anything else as it is. */
export const asRefusal = (error: unknown): unknown =>
  error instanceof z.ZodError
    ? new DomainError('invalid', 'invalid-request', 'The request has fields that are wrong', {
        errors: fieldErrors(error),
      })
    : error;

/** What the caller is told. The text of a bug stays here. */
export const errorReplyOf = (error: unknown): ErrorReply =>
  error instanceof DomainError
    ? { code: error.code, kind: error.kind, message: error.message, details: { ...error.details } }
    : { code: internalErrorCode, kind: 'unavailable', message: 'The service failed on this request', details: {} };

export const deadlineExceeded = (rpc: Rpc, context: CallContext): DomainError =>
  unavailable('deadline-exceeded', `${callName(rpc)} was not answered in time`, {
    deadline: new Date(context.deadline).toISOString(),
  });
