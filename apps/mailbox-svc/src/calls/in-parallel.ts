/** Works on every item with at most `atOnce` under way. The first failure is thrown when all workers have stopped. */
export const inParallel = async <Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item, n: number) => Promise<void>,
): Promise<void> => {
  const queue = items.entries();
  let failed = false;
  const worker = async (): Promise<void> => {
    for (const [n, item] of queue) {
      if (failed) return;
      try {
        await work(item, n);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  const failure = ends.find((end) => end.status === 'rejected');
  if (failure) throw failure.reason;
};
