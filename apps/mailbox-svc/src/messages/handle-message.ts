import type { CallContext } from '@aftertone/contracts';
import { metaOf } from '../calls/request.ts';
import type { Ground } from '../ground/ground.ts';
import { onMailboxGuard } from './guards.ts';
import { messageAggregate } from './message.aggregate.ts';
import type { MessageCommand } from './message.commands.ts';

export interface MessageRequest {
  id: string;
  command: MessageCommand;
  /** Version that the caller saw; refused with `version-mismatch` when the message is elsewhere. */
  ifVersion?: number | undefined;
}

/** Handles a caller's command to a message that is there. */
export const handleMessage = ({ store }: Ground, { id, command, ifVersion }: MessageRequest, call: CallContext) =>
  store.handle(messageAggregate, {
    tenantId: call.tenantId,
    id,
    command,
    meta: metaOf(call),
    onGuard: onMailboxGuard,
    ...(ifVersion !== undefined && { expectedVersion: ifVersion }),
  });
