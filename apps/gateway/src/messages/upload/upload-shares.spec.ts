import { describe, expect, it } from 'vitest';
import { UploadShares } from './upload-shares.ts';

const hanging = () => Promise.withResolvers<string>();

describe('the share of a user', () => {
  it('ends at so many uploads at a time, and leaves others theirs', async () => {
    const shares = new UploadShares(2);
    const [first, second] = [hanging(), hanging()];
    const running = [first, second].map(({ promise }) => shares.within('anna', () => promise));
    await expect(shares.within('anna', async () => 'third')).rejects.toMatchObject({
      code: 'too-many-uploads',
      details: { retryAfterSeconds: 1 },
    });
    expect(await shares.within('bert', async () => 'his first')).toBe('his first');
    first.resolve('done');
    expect(await running[0]).toBe('done');
    expect(await shares.within('anna', async () => 'third')).toBe('third');
    second.resolve('done');
    expect(await running[1]).toBe('done');
  });

  it('is free again after uploads that failed', async () => {
    const shares = new UploadShares(1);
    const failing = async (): Promise<never> => {
      throw new Error('cut off');
    };
    for (let n = 0; n < 3; n++) await expect(shares.within('anna', failing)).rejects.toThrow('cut off');
    expect(await shares.within('anna', async () => 'fine')).toBe('fine');
  });
});
