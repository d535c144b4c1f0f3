import { contractEvents, type EventData, notificationPath } from '@aftertone/contracts';
import type { Publication } from '@aftertone/event-store';
import type { EscalationEvent } from './escalation.ts';

/** Tells of the steps of an escalation. */
export const publishEscalation = (event: EscalationEvent): Publication[] => {
  switch (event.type) {
    case 'EscalationStepTaken': {
      const data: EventData<'message_escalated'> = event.data;
      const path = notificationPath(event.data.mailboxId, 'escalated');
      return [{ type: contractEvents.messageEscalated.type, path, data }];
    }
    case 'EscalationStarted':
    case 'EscalationStopped':
    case 'CallerErased':
      return [];
  }
};
