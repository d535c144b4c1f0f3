import type { ErrorKind } from '@aftertone/kernel';
import type { AudioFacts } from '../audio-facts.ts';
import type { ContainerType } from './container-type.ts';

export interface ReadingOrder {
  type: ContainerType;
  /** How long the file is. */
  bytes: number;
  maxSeconds: number | null;
  /** Most time of its processor that it may take. */
  maxComputingSeconds: number;
}

/** The next bytes of the file, or null at its end. Every request is answered before the next one is sent. */
export interface ReadingRequest {
  chunk: Uint8Array | null;
}

/** A `DomainError` on its way between threads. */
export interface Refusal {
  kind: ErrorKind;
  code: string;
  message: string;
  details: Record<string, unknown>;
}

/** `facts` in the last answer. */
export type ReadingAnswer = { facts: AudioFacts | null } | { refusal: Refusal };
