import { describe, expect, it } from 'vitest';
import { cursorPlaces } from '../cursor.ts';
import { Progress } from './progress.ts';
import { replayedUntil } from './seam.ts';

const cursor = (text: string) => Buffer.from(text).toString('base64url');

describe('the seam between history and bus', () => {
  const isReplayed = replayedUntil(cursor('m12.2 d1.0'));
  const at = (service: string, id: string, position: number) =>
    isReplayed(
      {
        specversion: '1.0',
        id,
        source: `/aftertone/c1/${service}`,
        type: 't',
        subject: 's',
        time: '2026-02-03T09:15:37.250Z',
        datacontenttype: 'application/json',
        tenantid: 't',
        streamversion: 1,
        correlationid: 'c',
        data: {},
      },
      { position, part: 9 },
    );

  it('lies at the place of each service', () => {
    expect([at('mailbox', 'x', 11), at('mailbox', 'x', 12), at('mailbox', 'x.1', 12)]).toEqual([true, true, true]);
    expect([at('mailbox', 'x.2', 12), at('mailbox', 'x', 13), at('media', 'x', 1)]).toEqual([false, false, false]);
  });

  it('keeps nothing back that it cannot judge', () => {
    expect([at('notify', 'x', 1), at('elsewhere', 'x', 1)]).toEqual([false, false]);
    expect(replayedUntil('not a cursor')).toBeTypeOf('function');
  });
});

it.each(['', 'first', '***', cursor('m1'), cursor('z1.1'), cursor('m0.1'), cursor('m1.1 x')])(
  'takes %s for no cursor',
  (text) => {
    expect(cursorPlaces(text)).toBeNull();
  },
);

describe('the progress of a replay', () => {
  const { signal } = new AbortController();
  const kept = () => {
    const told: (string | null)[] = [];
    return { told, progress: new Progress(async (after) => void told.push(after), signal) };
  };

  it('reaches as far as there is no hole', async () => {
    const { told, progress } = kept();
    const [a, b, c] = ['a', 'b', 'c'].map((name) => progress.follow(name));
    c?.();
    a?.();
    await progress.flush();
    expect(told).toEqual(['a']);
    b?.();
    await progress.flush();
    expect(told).toEqual(['a', 'c']);
  });

  it('is over when everything was read and acknowledged', async () => {
    const { told, progress } = kept();
    const acknowledge = progress.follow('a');
    progress.end();
    await progress.flush();
    expect(told).toEqual([]);
    acknowledge();
    await progress.flush();
    expect(told.at(-1)).toBeNull();
  });

  it('is over at once when there is nothing to read', async () => {
    const { told, progress } = kept();
    progress.end();
    await progress.flush();
    expect(told).toEqual([null]);
  });

  it('is kept seldom, not with every event', async () => {
    const { told, progress } = kept();
    for (const acknowledge of Array.from({ length: 1000 }, (_, n) => progress.follow(String(n)))) acknowledge();
    await progress.flush();
    expect(told.at(-1)).toBe('999');
    expect(told.length).toBeLessThan(4);
  });

  it('tells what went wrong when it is flushed', async () => {
    const progress = new Progress(() => Promise.reject(new Error('gone')), signal);
    progress.follow('a')();
    await expect(progress.flush()).rejects.toThrow('gone');
  });
});
