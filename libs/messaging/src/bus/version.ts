const parts = (version: string): number[] => (version.match(/\d+/g) ?? []).slice(0, 3).map(Number);

/** Whether `actual` (`2.9.10`, `2.12.0-RC.1`) is `required` or later. */
export const isAtLeast = (actual: string, required: string): boolean => {
  const [have, need] = [parts(actual), parts(required)];
  for (const n of [0, 1, 2]) {
    const difference = (have[n] ?? 0) - (need[n] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
};
