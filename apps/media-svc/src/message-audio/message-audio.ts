/** What is remembered of one message. */
export interface MessageAudio {
  /** The recording that it plays; null when it plays none. */
  mediaId: string | null;
  /** Version of the newest event of the message that was applied. */
  version: number;
  /** When it was purged; it never plays anything again. */
  purgedAt: string | null;
}

/** What an event of mailbox-svc says about a message, or about one recording of a greeting. */
export interface MessageChange {
  tenantId: string;
  /** Of the message, or of the greeting's recording. */
  messageId: string;
  /** Of the message's stream. */
  version: number;
  at: string;
  /** Null when it plays nothing. */
  mediaId: string | null;
  purged: boolean;
  eventId: string;
  correlationId: string;
}

export interface Step {
  next: MessageAudio;
  /** Recording to hold, before the other one is let go. */
  reference: string | null;
  release: string | null;
}

/**
 * What to do about a change; null when a newer one was applied already. Events may come twice, late and in any order:
 * the version of the message decides, and a purge is the end. Applying the same change again does no harm.
 */
export const followMessage = (known: MessageAudio | undefined, change: MessageChange): Step | null => {
  if (known !== undefined && (known.purgedAt !== null || change.version < known.version)) return null;
  const before = known?.mediaId ?? null;
  if (change.purged) {
    return { next: { mediaId: null, version: change.version, purgedAt: change.at }, reference: null, release: before };
  }
  const { mediaId, version } = change;
  const isOther = mediaId !== before;
  return {
    next: { mediaId, version, purgedAt: null },
    reference: isOther ? mediaId : null,
    release: isOther ? before : null,
  };
};
