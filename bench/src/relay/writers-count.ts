/** Since the count began. */
export interface WritersReport {
  messages: number;
  seconds: number;
  /** The longest time in which no message was finished, also at the end and the beginning; milliseconds. */
  longestStallMs: number;
}

export interface WritersCount {
  /** A message is finished. */
  add(): void;
  end(): WritersReport;
}

export const startCount = (): WritersCount => {
  const began = performance.now();
  let [messages, last, longestStallMs] = [0, began, 0];
  const pass = (): void => {
    const now = performance.now();
    longestStallMs = Math.max(longestStallMs, now - last);
    last = now;
  };
  return {
    add: () => {
      messages += 1;
      pass();
    },
    end: () => {
      pass();
      return { messages, seconds: (last - began) / 1000, longestStallMs };
    },
  };
};
