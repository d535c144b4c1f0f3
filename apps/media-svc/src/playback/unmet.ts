import { conflict, rejected } from '@aftertone/kernel';

/** `If-Match` names other bytes. */
export const versionMismatch = () => conflict('version-mismatch', 'The recording is another one than If-Match names');

export const rangeNotSatisfiable = (bytes: number) =>
  rejected('range-not-satisfiable', `The recording has ${bytes} bytes; the range lies behind its end.`, { bytes });
