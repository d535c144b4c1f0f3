/** Does the work for each, so many at a time. */
export const inBatches = async <T>(
  items: readonly T[],
  atATime: number,
  work: (item: T) => Promise<void>,
): Promise<void> => {
  for (let from = 0; from < items.length; from += atATime)
    await Promise.all(items.slice(from, from + atATime).map(work));
};
