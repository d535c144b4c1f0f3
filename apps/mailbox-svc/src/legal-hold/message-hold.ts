import type { LegalHold } from '@aftertone/contracts';
import { type Message, type MessageEvent, type MessageFacts, snapshot } from '../messages/message.ts';
import { refusedByHold } from './refusals.ts';

/** @throws DomainError `legal-hold` */
export const requireNoHold = ({ legalHold }: MessageFacts): void => {
  if (legalHold) throw refusedByHold('message');
};

type There = Extract<Message, { status: 'kept' | 'deleted' }>;

const become = ({ status, message, caller }: There, legalHold: LegalHold | null): MessageEvent[] => [
  {
    type: legalHold === null ? 'MessageHoldEnded' : 'MessageHeld',
    data: {
      ...snapshot({ ...message, legalHold }, caller),
      was: { legalHold: message.legalHold ?? null },
      ...(status === 'deleted' && { deleted: true as const }),
    },
  },
];

/** A second time it changes the reason. */
export const hold = (state: There, { reason, by }: Pick<LegalHold, 'reason' | 'by'>, now: string): MessageEvent[] => {
  const { legalHold } = state.message;
  if (!legalHold) return become(state, { reason, since: now, by });
  return legalHold.reason === reason ? [] : become(state, { ...legalHold, reason });
};

export const endHold = (state: There): MessageEvent[] => (state.message.legalHold ? become(state, null) : []);
