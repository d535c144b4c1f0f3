import { deciderSpec } from '@aftertone/testing';
import { describe, it } from 'vitest';
import { type TokenCommand, tokenDecider } from './token.decider.ts';
import type { TokenEvent } from './token.ts';

const given = deciderSpec(tokenDecider);

const facts = {
  tokenId: '01900000-0000-7000-8000-000000000002',
  userId: '01900000-0000-7000-8000-000000000001',
  expiresAt: '2026-03-01T21:00:00.000Z',
};
const meta = { now: '2026-03-01T09:00:00.000Z' };
const issue: TokenCommand = { type: 'IssueToken', data: facts, meta };
const revoke: TokenCommand = { type: 'RevokeToken', data: {}, meta };
const issued: TokenEvent = { type: 'TokenIssued', data: facts };
const revoked: TokenEvent = { type: 'TokenRevoked', data: { tokenId: facts.tokenId, userId: facts.userId } };

describe('a token', () => {
  it('is issued once', () => {
    given().when(issue).then(issued);
    given(issued).when(issue).thenThrows('token-exists');
  });

  it('is revoked, and the second time changes nothing', () => {
    given(issued).when(revoke).then(revoked);
    given(issued, revoked).when(revoke).then();
    given().when(revoke).thenThrows('token-not-found');
  });
});
