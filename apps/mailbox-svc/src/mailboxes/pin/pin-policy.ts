import { rejected } from '@aftertone/kernel';

/** On a phone 0 comes after 9, and a run may go on from there. */
const isRun = (digits: readonly number[], step: number): boolean =>
  digits.every((digit, n) => n === 0 || (digit - (digits[n - 1] ?? digit) - step) % 10 === 0);

/** Refuses what is guessed first: one repeated digit, a straight run up or down. The schema checked 4 to 8 digits. */
export const requireStrongPin = (pin: string): void => {
  const digits = [...pin].map(Number);
  if ([0, 1, -1].some((step) => isRun(digits, step))) {
    throw rejected('pin-too-simple', 'A PIN must not be one repeated digit or a straight run such as 1234 or 8765.');
  }
};
