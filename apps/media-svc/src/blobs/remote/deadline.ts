import { StorageFault } from '../storage-fault.ts';

/**
 * Gives an ask up after so long, whatever its SDK does with the signal: some have no time limits of their own that work.
 * @throws StorageFault `slow`, or what the ask throws
 */
export const withDeadline = async <T>(
  ms: number,
  ask: (signal: AbortSignal) => Promise<T>,
  given?: AbortSignal,
): Promise<T> => {
  const late = new AbortController();
  const signal = given === undefined ? late.signal : AbortSignal.any([given, late.signal]);
  let timer: NodeJS.Timeout | undefined;
  const asked = ask(signal);
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new StorageFault('slow', new Error(`no answer within ${ms} ms`))), ms);
  });
  try {
    return await Promise.race([asked, tooLate]);
  } catch (error) {
    late.abort(error);
    // What it says after it was given up is nobody's.
    asked.catch(() => undefined);
    throw error;
  } finally {
    clearTimeout(timer);
  }
};
