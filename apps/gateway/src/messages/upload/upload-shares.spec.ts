import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { UploadShares } from './upload-shares.ts';

const hanging = () => Promise.withResolvers<string>();
const upload = () => new Readable({ read: () => undefined });
const patient = { waitMs: 60_000 };

describe('the share of a user', () => {
  it('ends at so many uploads at a time, and leaves others theirs', async () => {
    const shares = new UploadShares({ perUser: 2, waiting: 0, ...patient });
    const [first, second] = [hanging(), hanging()];
    const running = [first, second].map(({ promise }) => shares.within('anna', upload(), () => promise));
    await expect(shares.within('anna', upload(), async () => 'third')).rejects.toMatchObject({
      code: 'too-many-uploads',
      details: { retryAfterSeconds: 1 },
    });
    expect(await shares.within('bert', upload(), async () => 'his first')).toBe('his first');
    first.resolve('done');
    expect(await running[0]).toBe('done');
    expect(await shares.within('anna', upload(), async () => 'third')).toBe('third');
    second.resolve('done');
    expect(await running[1]).toBe('done');
  });

  it('is free again after uploads that failed', async () => {
    const shares = new UploadShares({ perUser: 1, waiting: 0, ...patient });
    const failing = async (): Promise<never> => {
      throw new Error('cut off');
    };
    for (let n = 0; n < 3; n++) await expect(shares.within('anna', upload(), failing)).rejects.toThrow('cut off');
    expect(await shares.within('anna', upload(), async () => 'fine')).toBe('fine');
  });
});

describe('more uploads than a share', () => {
  it('wait for their turn, and a few only', async () => {
    const shares = new UploadShares({ perUser: 1, waiting: 1, ...patient });
    const first = hanging();
    const running = shares.within('anna', upload(), () => first.promise);
    let begun = false;
    const second = shares.within('anna', upload(), async () => {
      begun = true;
      return 'second';
    });
    await expect(shares.within('anna', upload(), async () => 'third')).rejects.toMatchObject({
      code: 'too-many-uploads',
    });
    expect(begun).toBe(false);
    first.resolve('first');
    expect([await running, await second]).toEqual(['first', 'second']);
  });

  it('are sent away when they have waited for too long', async () => {
    const shares = new UploadShares({ perUser: 1, waiting: 1, waitMs: 20 });
    const first = hanging();
    const running = shares.within('anna', upload(), () => first.promise);
    const sender = upload();
    await expect(shares.within('anna', sender, async () => 'second')).rejects.toMatchObject({
      code: 'too-many-uploads',
    });
    // What it still sends is read, so that it can read the answer.
    expect(sender.readableFlowing).toBe(true);
    first.resolve('first');
    expect(await running).toBe('first');
  });

  it('leave the line when their sender goes away', async () => {
    const shares = new UploadShares({ perUser: 1, waiting: 1, ...patient });
    const first = hanging();
    const running = shares.within('anna', upload(), () => first.promise);
    const sender = upload();
    const second = shares.within('anna', sender, async () => 'second');
    sender.emit('close');
    await expect(second).rejects.toMatchObject({ code: 'upload-cut-off' });
    const third = shares.within('anna', upload(), async () => 'third');
    first.resolve('first');
    expect([await running, await third]).toEqual(['first', 'third']);
  });
});
