import { fromCurveSeed, fromSeed, type KeyPair } from '@nats-io/nkeys';
import type { CalloutWay } from '../way.ts';

export interface CalloutKeys {
  /** Signs. */
  issuer: KeyPair;
  /** Opens requests and seals answers. */
  curve: KeyPair;
}

/** Throws for seeds that are none, or of the wrong kind. */
export const calloutKeys = ({ seed, curveSeed }: Pick<CalloutWay, 'seed' | 'curveSeed'>): CalloutKeys => {
  const encoder = new TextEncoder();
  return { issuer: fromSeed(encoder.encode(seed)), curve: fromCurveSeed(encoder.encode(curveSeed)) };
};
