import { accessSync, constants } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { NatsSource } from '@aftertone/local';
import { usualNats } from './nats.ts';

/** A NATS server that tests are to be tried against. */
export interface NatsKind {
  /** For titles of tests. */
  name: string;
  /** Why it cannot be tried here; undefined when it can. */
  missing: string | undefined;
  source(): Promise<NatsSource>;
}

const NEWER = fileURLToPath(new URL('../../../.cache/nats-newer/nats-server', import.meta.url));

/** The usual server and a newer one; the newer is what `AFTERTONE_NATS_NEWER` names or what `.ci/run` has built. */
export function natsKinds(): readonly [NatsKind, NatsKind] {
  const newer = process.env.AFTERTONE_NATS_NEWER ?? NEWER;
  const missing = isProgram(newer) ? undefined : `skipped: there is no ${newer}`;
  return [
    { name: 'the usual NATS server', missing: undefined, source: usualNats },
    { name: 'a newer NATS server', missing, source: async () => ({ binary: newer }) },
  ];
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
