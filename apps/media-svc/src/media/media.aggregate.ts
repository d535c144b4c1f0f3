import type { Aggregate } from '@aftertone/event-store';
import { homeRows } from './catalogue/home.ts';
import { mediaRows } from './catalogue/media.projection.ts';
import { type MediaCommand, mediaDecider } from './media.decider.ts';
import type { Media, MediaEvent } from './media.ts';

/** Streams `media-<id>`. They hold nothing of a caller but the length of what was said. */
export const mediaAggregate: Aggregate<Media, MediaCommand, MediaEvent> = {
  type: 'media',
  decider: mediaDecider,
  codecs: {
    MediaStored: { schemaVersion: 1 },
    MediaMoved: { schemaVersion: 1 },
    MediaReferenced: { schemaVersion: 1 },
    MediaReleased: { schemaVersion: 1 },
    MediaDeleted: { schemaVersion: 1 },
  },
  effects: (_before, after, events, context) => ({
    rows: [...mediaRows(after, context), ...homeRows(events, context)],
  }),
};
