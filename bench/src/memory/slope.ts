export interface Slope {
  /** What is added to y for each x. */
  perUnit: number;
  /** Two standard errors of that; NaN of fewer than three points, which any line fits. */
  error: number;
}

/** The line through points that leaves the least squares of distances. */
export const slopeOf = (points: readonly (readonly [x: number, y: number])[]): Slope => {
  const mean = (pick: 0 | 1): number => points.reduce((sum, point) => sum + point[pick], 0) / points.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  const sum = (of: (dx: number, dy: number) => number): number =>
    points.reduce((all, [x, y]) => all + of(x - meanX, y - meanY), 0);
  const squares = sum((dx) => dx * dx);
  const perUnit = sum((dx, dy) => dx * dy) / squares;
  const left = sum((dx, dy) => (dy - perUnit * dx) ** 2);
  const freedom = points.length - 2;
  return { perUnit, error: freedom > 0 ? 2 * Math.sqrt(left / freedom / squares) : Number.NaN };
};

/** What can be said of it: a slope that its error explains is none. */
export const verdict = ({ perUnit, error }: Slope): 'flat' | 'grows' | 'shrinks' | 'unknown' => {
  if (Number.isNaN(error)) return 'unknown';
  if (Math.abs(perUnit) <= error) return 'flat';
  return perUnit > 0 ? 'grows' : 'shrinks';
};
