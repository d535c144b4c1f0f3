/** NATS carries 1 MiB in one reply; a page ends before it comes near, and the next one goes on from there. */
const maxBytes = 600_000;

/** The first of `items` that fit into one reply; one of them in any case. */
export const fitting = <Item>(items: readonly Item[]): Item[] => {
  let bytes = 0;
  const tooMuch = items.findIndex((item, n) => {
    bytes += Buffer.byteLength(JSON.stringify(item));
    return bytes > maxBytes && n > 0;
  });
  return tooMuch === -1 ? [...items] : items.slice(0, tooMuch);
};
