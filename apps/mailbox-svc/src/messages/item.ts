import type { AccessType, MessageItem } from '@aftertone/contracts';
import type { HandleResult } from '@aftertone/event-store';
import { asSeenBy, type Viewer } from './marks/marks.ts';
import { messageNotFound } from './message.decider.ts';
import type { Message, MessageEvent } from './message.ts';
import { toPublicMessage } from './public-message.ts';

/** Whom a message is shown to, in what kind of mailbox. */
export interface Shown {
  tenantId: string;
  id: string;
  accessType: AccessType;
  viewer: Viewer;
}

/** A message as the command that was just handled left it, and as its viewer sees it. */
export const itemAfter = (
  { state, version }: HandleResult<Message, MessageEvent>,
  { tenantId, id, accessType, viewer }: Shown,
): MessageItem => {
  // Only who left it is shown it.
  if (state.status === 'forwarding') {
    return { ...toPublicMessage(state.message, state.caller, { tenantId, id, version }), accessType };
  }
  if (state.status !== 'kept' && state.status !== 'deleted') throw messageNotFound();
  const seen = asSeenBy(viewer, state.message, state.marks);
  return { ...toPublicMessage(seen, state.caller, { tenantId, id, version }), accessType };
};
