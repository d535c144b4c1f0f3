import { metrics } from '@aftertone/platform';
import { Counter, Gauge } from 'prom-client';

const registers = [metrics];

export const uploadsUnderWay = new Gauge({
  name: 'aftertone_media_uploads',
  help: 'Recordings that are being uploaded now',
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
