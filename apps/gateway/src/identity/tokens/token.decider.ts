import { type Command, conflict, type Decider, notFound } from '@aftertone/kernel';
import { absentToken, evolveToken, type Token, type TokenEvent } from './token.ts';

export type IssueToken = Command<'IssueToken', { tokenId: string; userId: string; expiresAt: string }>;
export type RevokeToken = Command<'RevokeToken', Record<string, never>>;

export type TokenCommand = IssueToken | RevokeToken;

const revoke = (token: Token): TokenEvent[] => {
  switch (token.status) {
    case 'absent':
      throw notFound('token-not-found', 'There is no such token');
    case 'revoked':
      return []; // two requests may end the same token
    case 'issued':
      return [{ type: 'TokenRevoked', data: { tokenId: token.tokenId, userId: token.userId } }];
  }
};

const decide = (command: TokenCommand, token: Token): TokenEvent[] => {
  switch (command.type) {
    case 'IssueToken':
      if (token.status !== 'absent') throw conflict('token-exists', 'This token was issued already');
      return [{ type: 'TokenIssued', data: command.data }];
    case 'RevokeToken':
      return revoke(token);
  }
};

export const tokenDecider: Decider<Token, TokenCommand, TokenEvent> = {
  initialState: absentToken,
  evolve: evolveToken,
  decide,
};
