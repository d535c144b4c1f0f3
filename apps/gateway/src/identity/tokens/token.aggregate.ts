import type { Aggregate } from '@aftertone/event-store';
import { type TokenCommand, tokenDecider } from './token.decider.ts';
import type { Token, TokenEvent } from './token.ts';

export const tokenAggregate: Aggregate<Token, TokenCommand, TokenEvent> = {
  type: 'token',
  decider: tokenDecider,
  codecs: { TokenIssued: { schemaVersion: 1 }, TokenRevoked: { schemaVersion: 1 } },
};
