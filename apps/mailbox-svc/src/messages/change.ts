import type { Right } from '@aftertone/contracts';
import { rightRequired } from '../access/rights.ts';
import { changesStage } from '../retention/stage.ts';
import { mark } from './marks/marks.ts';
import type { MessageCommand } from './message.commands.ts';
import { type Kept, type MessageEvent, type MessageFacts, snapshot } from './message.ts';

type Change = Extract<MessageCommand, { type: 'ChangeMessage' }>;

/** What it takes to file a message from one folder into another. */
const rightToFile = (from: string, to: string): Right => {
  if (to === 'trash') return 'delete';
  return from === 'trash' ? 'restore' : 'mark';
};

/**
 * Heard, urgent and folder, an event each. Somebody's own heard state takes no more than the right to listen.
 *
 * @throws DomainError `right-required`, `too-many-marks`
 */
export const change = (kept: Kept, { data, meta: { now } }: Change): MessageEvent[] => {
  const { changes, viewer, rights } = data;
  const { message, caller } = kept;
  const { heard, folder, urgent } = changes;
  const events: MessageEvent[] = [];
  const need = (right: Right) => {
    if (!rights.has(right)) throw rightRequired(right);
  };
  let current = message;
  const next = (changed: Partial<MessageFacts>) => {
    current = { ...current, ...changed };
    return snapshot(current, caller);
  };
  if (heard !== undefined && viewer !== null) {
    need('listen');
    events.push(...mark(kept, viewer, heard, now));
  }
  if (heard !== undefined && viewer === null) {
    need('mark');
    if (heard !== (message.heardAt !== null)) {
      const data = { ...next({ heardAt: heard ? now : null }), was: { heardAt: message.heardAt } };
      events.push(heard ? { type: 'MessageHeard', data } : { type: 'MessageUnheard', data: { ...data, since: now } });
    }
  }
  if (urgent !== undefined) {
    need('mark');
    if (urgent !== message.urgent) {
      events.push({ type: 'MessageFlagged', data: { ...next({ urgent }), was: { urgent: message.urgent } } });
    }
  }
  if (folder !== undefined) {
    need(rightToFile(message.folder, folder));
    if (folder !== message.folder) {
      const begun = changesStage(message.folder, folder) && { since: now };
      events.push({ type: 'MessageFiled', data: { ...next({ folder }), was: { folder: message.folder }, ...begun } });
    }
  }
  return events;
};
