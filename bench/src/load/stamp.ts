/** In the head of a request: replaced by the moment at which it was due, in as many characters. */
export const STAMP = '#'.repeat(17);

/** Milliseconds since 1970 of a moment on this process's clock, as others can compare it with theirs. */
export const stampOf = (due: number): string => (performance.timeOrigin + due).toFixed(3);
