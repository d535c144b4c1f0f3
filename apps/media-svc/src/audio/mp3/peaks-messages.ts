/** Whole frames to decode, or null at the end. Every request is answered before the next one is sent. */
export interface PeaksRequest {
  frames: Uint8Array | null;
}

/** `peaks` in the last answer. */
export interface PeaksAnswer {
  peaks: Uint8Array | null;
}
