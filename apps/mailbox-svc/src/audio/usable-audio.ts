import { rejected } from '@aftertone/kernel';

/** media-svc removes audio that nothing refers to after a day; half of that is the margin for clocks and delays. */
const audioLifeMs = 12 * 3_600_000;

/** @throws DomainError `audio-expired` when media-svc may be about to remove what was stored then */
export const requireUsable = (storedAt: string, now: string): void => {
  if (Date.parse(now) - Date.parse(storedAt) <= audioLifeMs) return;
  throw rejected('audio-expired', 'The recording was stored too long ago to be used.', { storedAt });
};
