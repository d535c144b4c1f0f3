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

export const conversionsStarted = new Counter({
  name: 'aftertone_media_conversions_started_total',
  help: 'Recordings that were begun to be converted: once for all who want the same at a time',
  registers,
});

export const renditionsKept = new Counter({
  name: 'aftertone_media_renditions_kept_total',
  help: 'Converted recordings that were kept to be given again',
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

/** Somebody must look: a message cannot be played, or the built-in clip is heard instead of a prompt. */
export const mediaMissing = new Counter({
  name: 'aftertone_media_missing_total',
  help: 'Messages and prompts that were to play a recording which is not stored',
  registers,
});

/** Somebody must look: while it goes on, recordings lie on one disk only. */
export const storageBroken = new Gauge({
  name: 'aftertone_media_storage_broken',
  help: '1 while the storage does not take recordings',
  labelNames: ['storage'],
  registers,
});

export const storageFailures = new Counter({
  name: 'aftertone_media_storage_failures_total',
  help: 'Recordings that the storage did not take, or did not give, by reason',
  labelNames: ['storage', 'verb', 'reason'],
  registers,
});

/** Somebody must look: two installations share a place, or the database is not the one of the recordings. */
export const storageForeign = new Gauge({
  name: 'aftertone_media_storage_foreign',
  help: '1 while another installation claims the storage; nothing of it is tidied then',
  labelNames: ['storage'],
  registers,
});

export const spoolMoves = new Counter({
  name: 'aftertone_media_spool_moves_total',
  help: 'Recordings that have left the spool',
  registers,
});

export const spoolFailures = new Counter({
  name: 'aftertone_media_spool_move_failures_total',
  help: 'Attempts to empty the spool that failed',
  registers,
});

/** Somebody must look: a replica is down, and what it holds cannot be heard. */
export const spoolOutOfReach = new Gauge({
  name: 'aftertone_media_spool_out_of_reach',
  help: 'Recordings that lie only in the spools of replicas that are down',
  registers,
});

/** One disk that is lost would take them along. */
export const spoolAlone = new Gauge({
  name: 'aftertone_media_spool_alone',
  help: 'Recordings that lie in the spool of one replica that is up, and in no other such',
  registers,
});

export const spoolCopyFailures = new Counter({
  name: 'aftertone_media_spool_copy_failures_total',
  help: 'Recordings in the spool that no other replica took a copy of',
  registers,
});

/** What a spool shows. */
export interface SpoolStanding {
  bytes: number;
  count: number;
  oldestAgeMs(): number;
}

let watched: SpoolStanding | undefined;

const spoolGauge = (name: string, help: string, value: (spool: SpoolStanding) => number): void => {
  new Gauge({
    name,
    help,
    registers,
    collect() {
      if (watched !== undefined) this.set(value(watched));
    },
  });
};
spoolGauge('aftertone_media_spool_bytes', 'Bytes of recordings in the spool', ({ bytes }) => bytes);
spoolGauge('aftertone_media_spool_entries', 'Recordings in the spool', ({ count }) => count);
spoolGauge(
  'aftertone_media_spool_oldest_age_seconds',
  'How long the oldest of them has been there',
  (spool) => spool.oldestAgeMs() / 1000,
);

/** Shows this spool at `/metrics`. */
export const watchSpool = (spool: SpoolStanding): void => {
  watched = spool;
};
