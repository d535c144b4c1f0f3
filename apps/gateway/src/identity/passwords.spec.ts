import { describe, expect, it } from 'vitest';
import { Passwords } from './passwords.ts';

describe('passwords', () => {
  it('are kept as Argon2id, each with its own salt', async () => {
    const passwords = new Passwords({ parallel: 2, waiting: 10 });
    const [one, other] = await Promise.all([passwords.hash('correct horse'), passwords.hash('correct horse')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(other).not.toBe(one);
    expect(await passwords.verify(one, 'correct horse')).toBe(true);
    expect(await passwords.verify(one, 'wrong horse')).toBe(false);
  });

  it('never fit nobody, after the same work', async () => {
    const passwords = new Passwords({ parallel: 1, waiting: 100 });
    const stored = await passwords.hash('correct horse');
    const time = async (of: string | undefined): Promise<number> => {
      const begun = performance.now();
      for (let n = 0; n < 10; n++) expect(await passwords.verify(of, 'nobody has this password')).toBe(false);
      return performance.now() - begun;
    };
    await time(undefined);
    const [somebody, nobody] = [await time(stored), await time(undefined)];
    // Without the work it would be a thousand times faster.
    expect(nobody).toBeGreaterThan(somebody / 4);
  });

  it('are refused when too many wait, and all others get their turn', async () => {
    const passwords = new Passwords({ parallel: 2, waiting: 3 });
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => passwords.hash('x')));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toMatchObject(
      Array.from({ length: 3 }, () => ({ reason: { code: 'service-unavailable' } })),
    );
    expect(await passwords.hash('x')).toMatch(/^\$argon2id/);
  });
});
