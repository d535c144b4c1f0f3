import { describe, expect, it } from 'vitest';
import { newTokenText, tokenHash } from '../identity/tokens/token-text.ts';
import { Authenticator } from './authenticator.ts';
import type { SessionFacts } from './session.ts';

const facts: SessionFacts = {
  tenantId: '01900000-0000-7000-8000-000000000001',
  userId: '01900000-0000-7000-8000-000000000002',
  tokenId: '01900000-0000-7000-8000-000000000003',
  role: 'user',
  expiresAt: Date.now() + 60_000,
};

const authenticator = (answers: (SessionFacts | null | Error)[]) => {
  const asked: string[] = [];
  const find = async (hash: string): Promise<SessionFacts | null> => {
    asked.push(hash);
    const answer = answers.shift() ?? null;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { asked, authenticator: new Authenticator(find) };
};

describe('a token', () => {
  it('is looked up by its hash, again for every request', async () => {
    const text = newTokenText();
    const { asked, authenticator: access } = authenticator([{ ...facts, role: 'admin' }, facts, null]);
    expect(await access.session(text)).toMatchObject({ tenantId: facts.tenantId, admin: true });
    expect(await access.session(text)).toMatchObject({ admin: false });
    expect(await access.session(text)).toBeNull();
    expect(asked).toEqual([tokenHash(text), tokenHash(text), tokenHash(text)]);
  });

  it('ends with its time, also when the store still knows it', async () => {
    const { authenticator: access } = authenticator([{ ...facts, expiresAt: Date.now() - 1 }]);
    expect(await access.session(newTokenText())).toBeNull();
  });

  it('is not judged by a store that does not answer', async () => {
    const text = newTokenText();
    const { authenticator: access } = authenticator([new Error('down'), facts]);
    await expect(access.session(text)).rejects.toThrow('down');
    expect(await access.session(text)).not.toBeNull();
  });

  it('that none of ours can be is not looked up', async () => {
    const { asked, authenticator: access } = authenticator([]);
    for (const text of ['', 'at_', 'x'.repeat(5_000), `${newTokenText()}x`])
      expect(await access.session(text)).toBeNull();
    expect(asked).toEqual([]);
  });

  it('allows what its role allows, and itself as me', async () => {
    const access = authenticator([facts, { ...facts, role: 'admin' }]).authenticator;
    const [user, admin] = [await access.session(newTokenText()), await access.session(newTokenText())];
    const allowed = (required: string) => [user?.allows(required), admin?.allows(required)];
    expect(allowed('aftertone.users.read')).toEqual([false, true]);
    expect(allowed(`aftertone.users.${facts.userId}.read`)).toEqual([true, true]);
    expect(allowed(`events.users.${facts.userId}.voicemails.messages.created`)).toEqual([true, true]);
    expect(allowed('events.identity.users.x.created')).toEqual([false, true]);
  });
});
