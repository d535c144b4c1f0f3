import { setTimeout as delay } from 'node:timers/promises';

export interface SinkRequest {
  method: string;
  /** With the query. */
  path: string;
  /** Names in lower case; several values of one name with commas between them. */
  headers: Record<string, string>;
  body: Buffer;
  at: Date;
}

/**
 * What the server does with a request that has arrived whole.
 * - `answer`: with `status` (200), after `afterMs` (0).
 * - `hang`: never goes on; `body`: the headers and one byte have been sent.
 * - `drop`: breaks the connection, before it answers or within the body.
 * - `drip`: sends a byte of body every `everyMs`, for ever.
 */
export type HttpBehaviour =
  | { kind: 'answer'; status?: number; headers?: Record<string, string>; body?: string | Buffer; afterMs?: number }
  | { kind: 'hang'; at: 'headers' | 'body' }
  | { kind: 'drop'; at: 'headers' | 'body' }
  | { kind: 'drip'; everyMs: number };

/** A request's way back, over whichever version of HTTP it came. */
export interface WayBack {
  begin(status: number, headers: Record<string, string>): void;
  write(bytes: string): void;
  end(body: string | Buffer): void;
  /** Breaks the connection. */
  cut(): void;
  readonly closed: boolean;
}

const withPartOfABody = (way: WayBack, then?: () => void): void => {
  way.begin(200, { 'content-type': 'text/plain', 'content-length': '1000' });
  way.write('.');
  // What was written must have left before the connection breaks.
  if (then !== undefined) setImmediate(then);
};

/** Answers one request as told. */
export async function perform(behaviour: HttpBehaviour, way: WayBack): Promise<void> {
  switch (behaviour.kind) {
    case 'answer': {
      const { status = 200, headers = {}, body = '', afterMs = 0 } = behaviour;
      if (afterMs > 0) await delay(afterMs);
      if (way.closed) return;
      way.begin(status, headers);
      way.end(body);
      return;
    }
    case 'hang':
      if (behaviour.at === 'body') withPartOfABody(way);
      return;
    case 'drop':
      if (behaviour.at === 'headers') way.cut();
      else withPartOfABody(way, () => way.cut());
      return;
    case 'drip': {
      way.begin(200, { 'content-type': 'text/plain' });
      while (!way.closed) {
        way.write('.');
        await delay(behaviour.everyMs);
      }
    }
  }
}
