import type { DomainEvent } from '@aftertone/kernel';

/** A token was given out. The token itself and its hash are in no event. */
export type TokenIssued = DomainEvent<'TokenIssued', { tokenId: string; userId: string; expiresAt: string }>;
export type TokenRevoked = DomainEvent<'TokenRevoked', { tokenId: string; userId: string }>;

export type TokenEvent = TokenIssued | TokenRevoked;

export type Token =
  | { status: 'absent' }
  | { status: 'issued'; tokenId: string; userId: string }
  | { status: 'revoked' };

export const absentToken: Token = { status: 'absent' };

export const evolveToken = (_state: Token, event: TokenEvent): Token => {
  switch (event.type) {
    case 'TokenIssued':
      return { status: 'issued', tokenId: event.data.tokenId, userId: event.data.userId };
    case 'TokenRevoked':
      return { status: 'revoked' };
  }
};
