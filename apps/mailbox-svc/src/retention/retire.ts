import { type Message, type MessageEvent, snapshot } from '../messages/message.ts';
import { type Stage, stageOf } from './stage.ts';

export interface Retirement {
  mailboxId: string;
  stage: Stage;
  /** What has been in the stage since then or longer goes. */
  through: string;
}

/**
 * Takes away what a rule says: what is listed is deleted, what is in the trash or deleted already is purged. Changes
 * nothing of what is somewhere else by now, or under legal hold.
 */
export const retire = (state: Message, { mailboxId, stage, through }: Retirement, now: string): MessageEvent[] => {
  if (state.status !== 'kept' && state.status !== 'deleted') return [];
  const { message, caller, since } = state;
  if (message.mailboxId !== mailboxId || message.legalHold || stageOf(state) !== stage) return [];
  // Where no event tells, the row did: it has changed with every event since.
  if (since !== null && Date.parse(since) > Date.parse(through)) return [];
  const because = 'retention';
  if (stage === 'heard' || stage === 'unheard') {
    return [{ type: 'MessageDeleted', data: { ...snapshot(message, caller), since: now, because } }];
  }
  const was = state.status === 'kept' ? message : null;
  return [{ type: 'MessagePurged', data: { mailboxId, was, counted: true, because } }];
};
