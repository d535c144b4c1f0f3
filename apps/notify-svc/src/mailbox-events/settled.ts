/** Waits for all of them to end, then throws the first failure: nothing of a batch may still be at work when it comes again. */
export const settled = async (under: readonly Promise<unknown>[]): Promise<void> => {
  const failed = (await Promise.allSettled(under)).find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
};
