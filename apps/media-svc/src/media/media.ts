import type { AudioContentType, AudioQuality } from '@aftertone/contracts';
import type { DomainEvent } from '@aftertone/kernel';
import { localStorageName } from '../storages/storage-names.ts';

/** What is known about a stored recording. */
export interface MediaFacts {
  contentType: AudioContentType;
  codec: string;
  /** Hertz. */
  sampleRate: number;
  channels: number;
  durationMs: number;
  bytes: number;
  /** Hex. */
  sha256: string;
  /** Base64 of one byte per peak; null when the sound could not be decoded. */
  peaks: string | null;
  /** Null when the sound could not be decoded; absent from before it was listened to. */
  quality?: AudioQuality | null;
}

/** Nothing is said in what is shorter. */
const shortestMs = 1_000;

/** Undefined where nobody has listened. */
export const isEmpty = ({ durationMs, quality }: MediaFacts): boolean | undefined =>
  quality === undefined || quality === null ? undefined : !quality.speech || durationMs < shortestMs;

/** `storage`: the name of the one that has it or will take it; absent from before there were several. */
export type MediaStored = DomainEvent<'MediaStored', MediaFacts & { storedAt: string; storage?: string }>;
/** The bytes are in another storage now. */
export type MediaMoved = DomainEvent<'MediaMoved', { storage: string }>;
/** Something plays this recording. `messageId`: of a message, of a greeting's recording, or the stream of a prompt. */
export type MediaReferenced = DomainEvent<'MediaReferenced', { messageId: string }>;
/** A message was purged or plays another recording now; `releasedAt` is when that happened in mailbox-svc. */
export type MediaReleased = DomainEvent<'MediaReleased', { messageId: string; releasedAt: string }>;
/** `released`: every message that played it is gone. `orphan`: no message ever did. */
export type MediaDeleted = DomainEvent<'MediaDeleted', { reason: 'released' | 'orphan' }>;

export type MediaEvent = MediaStored | MediaMoved | MediaReferenced | MediaReleased | MediaDeleted;

export interface StoredMedia {
  status: 'stored';
  facts: MediaFacts;
  storedAt: string;
  storage: string;
  /** Messages that play it. */
  messageIds: ReadonlySet<string>;
  /** When the last one let go of it; null while one plays it, and when none ever did. */
  releasedAt: string | null;
}

export type Media = { status: 'absent' } | StoredMedia | { status: 'deleted' };

export const absentMedia: Media = { status: 'absent' };

export const evolve = (media: Media, event: MediaEvent): Media => {
  if (event.type === 'MediaStored') {
    const { storedAt, storage = localStorageName, ...facts } = event.data;
    return { status: 'stored', facts, storedAt, storage, messageIds: new Set(), releasedAt: null };
  }
  if (media.status !== 'stored') return media;
  switch (event.type) {
    case 'MediaMoved':
      return { ...media, storage: event.data.storage };
    case 'MediaReferenced':
      return { ...media, messageIds: new Set([...media.messageIds, event.data.messageId]), releasedAt: null };
    case 'MediaReleased': {
      const messageIds = new Set(media.messageIds);
      messageIds.delete(event.data.messageId);
      return { ...media, messageIds, releasedAt: messageIds.size === 0 ? event.data.releasedAt : null };
    }
    case 'MediaDeleted':
      return { status: 'deleted' };
  }
};
