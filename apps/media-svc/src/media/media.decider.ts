import { type Command, conflict, type Decider, notFound } from '@aftertone/kernel';
import { absentMedia, evolve, type Media, type MediaEvent, type MediaFacts, type StoredMedia } from './media.ts';

/** The bytes are durable already: in the storage, or on the way to it. */
export type StoreMedia = Command<'StoreMedia', MediaFacts & { storage: string }>;
/** The bytes are durable in `to`, too. */
export type MoveMedia = Command<'MoveMedia', { from: string; to: string }>;
export type ReferenceMedia = Command<'ReferenceMedia', { messageId: string }>;
export type ReleaseMedia = Command<'ReleaseMedia', { messageId: string; releasedAt: string }>;

/** Asks whether nobody needs the recording any more. */
export type DeleteUnusedMedia = Command<
  'DeleteUnusedMedia',
  {
    /** All of mailbox-svc's events in this span of time, inclusive, have been applied. Null: none are known to be. */
    applied: { since: string; through: string } | null;
    /** Nothing that mailbox-svc has published waits to be applied. */
    caughtUp: boolean;
    orphanAfterMs: number;
    releaseGraceMs: number;
  }
>;

export type MediaCommand = StoreMedia | MoveMedia | ReferenceMedia | ReleaseMedia | DeleteUnusedMedia;

export const mediaExistsCode = 'media-exists';

const mediaExists = () =>
  conflict(mediaExistsCode, 'There is, or was, another recording under this id: use a new one for new bytes.');

export const mediaNotFound = () => notFound('media-not-found', 'There is no such recording.');

const store = ({ data, meta }: StoreMedia, media: Media): MediaEvent[] => {
  switch (media.status) {
    case 'absent':
      return [{ type: 'MediaStored', data: { ...data, storedAt: meta.now } }];
    case 'stored':
      if (media.facts.sha256 === data.sha256) return []; // an upload that is tried again
      throw mediaExists();
    case 'deleted':
      throw mediaExists();
  }
};

/** Nothing happens when it is elsewhere or deleted by now: then what was copied is nobody's. */
const move = ({ data }: MoveMedia, media: Media): MediaEvent[] =>
  media.status === 'stored' && media.storage === data.from && data.to !== data.from
    ? [{ type: 'MediaMoved', data: { storage: data.to } }]
    : [];

const reference = ({ data }: ReferenceMedia, media: Media): MediaEvent[] => {
  if (media.status !== 'stored') throw mediaNotFound();
  return media.messageIds.has(data.messageId) ? [] : [{ type: 'MediaReferenced', data }];
};

const release = ({ data }: ReleaseMedia, media: Media): MediaEvent[] => {
  if (media.status !== 'stored' || !media.messageIds.has(data.messageId)) return [];
  return [{ type: 'MediaReleased', data }];
};

const deleteUnused = (command: DeleteUnusedMedia, media: Media): MediaEvent[] => {
  if (media.status !== 'stored' || media.messageIds.size > 0) return [];
  // A message whose event was missed may play it, also when another one let go of it.
  if (command.data.applied === null || command.data.applied.since > media.storedAt) return [];
  const reason = media.releasedAt === null ? orphanReason(command, media) : releasedReason(command, media.releasedAt);
  return reason === null ? [] : [{ type: 'MediaDeleted', data: { reason } }];
};

/**
 * Only when everything that mailbox-svc did from the storing on, and for `orphanAfterMs` longer, has been seen: a
 * deposit of this recording would be among it (docs/decisions/0003). Our own clock has no say.
 */
const orphanReason = ({ data }: DeleteUnusedMedia, { storedAt }: StoredMedia): 'orphan' | null => {
  const through = data.applied?.through;
  return through !== undefined && Date.parse(through) >= Date.parse(storedAt) + data.orphanAfterMs ? 'orphan' : null;
};

/**
 * The grace is for a copy that was made in the moment of the purge and whose event comes after it. On an installation
 * where nothing happens any more our own clock must do: what was purged has to go.
 */
const releasedReason = ({ data, meta }: DeleteUnusedMedia, releasedAt: string): 'released' | null => {
  const end = Date.parse(releasedAt) + data.releaseGraceMs;
  const isSeen = data.applied !== null && Date.parse(data.applied.through) >= end;
  return isSeen || (data.caughtUp && Date.parse(meta.now) >= end) ? 'released' : null;
};

const decide = (command: MediaCommand, media: Media): MediaEvent[] => {
  switch (command.type) {
    case 'StoreMedia':
      return store(command, media);
    case 'MoveMedia':
      return move(command, media);
    case 'ReferenceMedia':
      return reference(command, media);
    case 'ReleaseMedia':
      return release(command, media);
    case 'DeleteUnusedMedia':
      return deleteUnused(command, media);
  }
};

export const mediaDecider: Decider<Media, MediaCommand, MediaEvent> = { initialState: absentMedia, evolve, decide };
