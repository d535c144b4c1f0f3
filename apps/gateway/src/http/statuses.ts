import type { StatusTable } from '@aftertone/platform';

/** HTTP status by code where it is not that of the error's kind. */
export const statuses: StatusTable = {
  unauthenticated: 401,
  'wrong-credentials': 401,
  forbidden: 403,
  'beyond-own-access': 403,
  'right-required': 403,
  'administrator-required': 403,
  'platform-administrator-required': 403,
  'method-not-allowed': 405,
  'upload-stalled': 408,
  'upgrade-required': 426,
  'too-many-log-ins': 429,
  'too-many-uploads': 429,
  'unsupported-media-type': 415,
  'body-too-large': 413,
  // What media-svc says about audio.
  'audio-empty': 400,
  'audio-not-recognised': 415,
  'audio-too-large': 413,
  'range-not-satisfiable': 416,
  'storage-full': 507,
};
