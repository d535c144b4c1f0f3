import type { StatusTable } from '@aftertone/platform';

/** Status by code, where it is not that of the kind. */
export const statuses: StatusTable = {
  'audio-empty': 400,
  'audio-not-recognised': 415,
  'audio-truncated': 422,
  'audio-damaged': 422,
  'audio-too-long': 422,
  'audio-too-long-to-read': 422,
  'audio-too-large': 413,
  'audio-unreadable': 422,
  'storage-full': 507,
  'storage-unavailable': 503,
  'replica-unavailable': 503,
  'range-not-satisfiable': 416,
  'grant-invalid': 401,
  'grant-expired': 403,
};
