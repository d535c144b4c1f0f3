import type { AccessType, MessageItem } from '@aftertone/contracts';
import type { HandleResult } from '@aftertone/event-store';
import { messageNotFound } from './message.decider.ts';
import type { Message, MessageEvent } from './message.ts';
import { toPublicMessage } from './publish.ts';

/** A message as the command that was just handled left it. */
export const itemAfter = (
  { state, version }: HandleResult<Message, MessageEvent>,
  place: { tenantId: string; id: string },
  accessType: AccessType,
): MessageItem => {
  if (state.status !== 'kept') throw messageNotFound();
  return { ...toPublicMessage(state.message, state.caller, { ...place, version }), accessType };
};
