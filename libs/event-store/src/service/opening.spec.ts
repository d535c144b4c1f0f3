import { expect, it, vi } from 'vitest';
import { Opening } from './opening.ts';

const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };

it('tries until it opens, refuses until then, and tells when it is open', async () => {
  const attempt = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new Error('down')).mockResolvedValue('up');
  const opening = new Opening({ attempt, close: async () => undefined, logger });
  expect(() => opening.there).toThrow(expect.objectContaining({ code: 'store-unavailable', kind: 'unavailable' }));
  expect(await opening.answers(async () => undefined)).toBe(false);

  const whenOpen = vi.fn();
  opening.open(whenOpen);
  await opening.opened;
  expect(whenOpen).toHaveBeenCalledTimes(1);

  expect(opening.there).toBe('up');
  expect(attempt).toHaveBeenCalledTimes(2);
  expect(logger.error).toHaveBeenCalledTimes(1);
  expect(await opening.answers(async () => undefined)).toBe(true);
  expect(await opening.answers(() => Promise.reject(new Error('lost')))).toBe(false);
});

it('closes what an attempt under way still opens, and does not start work with it', async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const close = vi.fn(async () => undefined);
  const whenOpen = vi.fn();
  const opening = new Opening({ attempt: () => promise, close, logger });
  opening.open(whenOpen);
  const closed = opening.close();
  resolve('late');
  await closed;
  expect(close).toHaveBeenCalledWith('late');
  expect(whenOpen).not.toHaveBeenCalled();
});

it('gives up waiting when it is closed between two attempts', async () => {
  const opening = new Opening({
    attempt: () => Promise.reject(new Error('down')),
    close: async () => undefined,
    logger,
  });
  opening.open(() => undefined);
  await opening.close();
  expect(() => opening.there).toThrow();
});
