import { Media1740000000000 } from './1740000000000-media.ts';

/** Migrations of media-svc, run after those of the event store. */
export const mediaMigrations = [Media1740000000000];
