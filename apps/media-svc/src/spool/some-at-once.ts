/** Does work on all, in order, so many at a time. @throws what the first of a group throws, after all of the group ended */
export const someAtOnce = async <Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> => {
  const results: Result[] = [];
  for (let n = 0; n < items.length; n += atOnce) {
    const outcomes = await Promise.allSettled(items.slice(n, n + atOnce).map(work));
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') throw outcome.reason;
      results.push(outcome.value);
    }
  }
  return results;
};
