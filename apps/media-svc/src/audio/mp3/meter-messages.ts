import type { Measured } from '../meter/sound-meter.ts';

/** Whole frames to decode, or null at the end. Every request is answered before the next one is sent. */
export interface MeterRequest {
  frames: Uint8Array | null;
}

/** `measured` in the last answer, where there was sound. */
export interface MeterAnswer {
  measured: Measured | null;
}
