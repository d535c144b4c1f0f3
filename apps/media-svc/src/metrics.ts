import { metrics } from '@aftertone/platform';
import { Counter, Gauge } from 'prom-client';

const registers = [metrics];

export const uploadsUnderWay = new Gauge({
  name: 'aftertone_media_uploads',
  help: 'Recordings that are being uploaded now',
  registers,
});

export const conversionsUnderWay = new Gauge({
  name: 'aftertone_media_conversions',
  help: 'Recordings that are being converted now',
  registers,
});

export const conversionsWaiting = new Gauge({
  name: 'aftertone_media_conversions_waiting',
  help: 'Requests that wait until another recording is converted',
  registers,
});

/** Somebody must look: the storage holds something else than was stored, or our decoders lack something. */
export const conversionsUnreadable = new Counter({
  name: 'aftertone_media_conversions_unreadable_total',
  help: 'Recordings that could not be converted',
  registers,
});

export const mediaDeleted = new Counter({
  name: 'aftertone_media_deleted_total',
  help: 'Recordings that were deleted because nobody needed them',
  registers,
});

/** Somebody must look: a message cannot be played. */
export const mediaMissing = new Counter({
  name: 'aftertone_media_missing_total',
  help: 'Messages that play a recording which is not stored',
  registers,
});
