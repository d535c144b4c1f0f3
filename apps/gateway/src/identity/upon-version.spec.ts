import { conflict, notFound } from '@aftertone/kernel';
import { describe, expect, it } from 'vitest';
import { uponVersion } from './upon-version.ts';

const mismatch = conflict('version-mismatch', 'changed meanwhile');

/** An attempt that meets these errors in turn, and then succeeds. */
const meeting = (...errors: Error[]) => {
  let tries = 0;
  const attempt = async (): Promise<string> => {
    const error = errors[tries++];
    if (error !== undefined) throw error;
    return 'done';
  };
  return { attempt, tries: () => tries };
};

describe('a change upon the version that was judged', () => {
  it('is judged anew when somebody else was faster', async () => {
    const { attempt, tries } = meeting(mismatch, mismatch);
    expect(await uponVersion(undefined, attempt)).toBe('done');
    expect(tries()).toBe(3);
  });

  it('is not for another version than the one that the caller names', async () => {
    const { attempt, tries } = meeting(mismatch);
    await expect(uponVersion(3, attempt)).rejects.toBe(mismatch);
    expect(tries()).toBe(1);
  });

  it('is given up when it never comes first', async () => {
    const { attempt } = meeting(...Array.from({ length: 100 }, () => mismatch));
    await expect(uponVersion(undefined, attempt)).rejects.toMatchObject({ code: 'stream-busy' });
  });

  it('fails as it fails', async () => {
    const gone = notFound('user-not-found', 'gone');
    const { attempt, tries } = meeting(gone);
    await expect(uponVersion(undefined, attempt)).rejects.toBe(gone);
    expect(tries()).toBe(1);
  });
});
