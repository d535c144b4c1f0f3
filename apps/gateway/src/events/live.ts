import type { CloudEvent } from '@aftertone/contracts';
import type { Clock } from '@aftertone/kernel';
import type { Authenticator } from '../access/authenticator.ts';
import type { Session } from '../access/session.ts';
import type { Cell, Cells } from '../cells/cells.ts';
import type { Config } from '../config.ts';
import { affectedBy } from './affected.ts';
import { EventHistory } from './event-history.ts';
import { EventSockets } from './event-sockets.ts';
import { EventStreams } from './event-streams.ts';
import { Feeds } from './feeds.ts';
import { EventHub } from './hub.ts';
import { OpenStreams } from './open-streams.ts';
import type { ReadLog } from './replay.ts';
import { SessionWatch } from './session-watch.ts';

/** How often the token of an open stream is checked again: below five seconds. */
const streamCheckMs = 2_000;
/** In which the gateway that follows group mailboxes has usually read what the others see at the same time. */
const groupsFollowMs = 300;
const reconnectHintMs = 2_000;
/** Live events of each service that are kept for streams that begin. */
const recentEvents = 1_000;
const replayPageSize = 500;
/** Events of the logs that one page of history looks at. */
const mostLooked = 2_000;
/** Subscriptions of one WebSocket. */
const mostSubscriptions = 20;
/** How long a client may take to read the rest and to close; when the server ends, within its grace time. */
const socketCloseMs = 10_000;
const socketEndMs = 1_000;

interface LiveParts {
  config: Config;
  cells: Cells;
  readLog: ReadLog;
  authenticator: Pick<Authenticator, 'sessions'>;
  /** Of the store that keeps the sessions. */
  clock: Clock;
}

/**
 * Events for clients, wired together: server-sent events, WebSockets and pages of history. Everybody follows one tenant,
 * and so the services of one cell.
 */
export const makeLive = ({ config, cells, readLog, authenticator, clock }: LiveParts) => {
  const hubs = new Map(cells.all.map((cell) => [cell, new EventHub(recentEvents)]));
  const hubIn = (cell: Cell): EventHub => {
    const hub = hubs.get(cell);
    if (hub === undefined) throw new Error(`nothing follows ${cell.name}`);
    return hub;
  };
  const hubOf = ({ cell }: Session): EventHub => hubIn(cells.of(cell));
  const feeds = new Feeds(hubOf, readLog, { pageSize: replayPageSize, retryMs: reconnectHintMs });
  const watch = new SessionWatch((presented) => authenticator.sessions(presented), clock, streamCheckMs);
  const follow = (event: CloudEvent): void => {
    const affected = affectedBy(event);
    if (affected === null) return;
    watch.recheck(affected);
    // Who owns a group is known here a moment later than to the stream.
    if ('mailboxId' in affected) setTimeout(() => watch.recheck(affected), groupsFollowMs).unref();
  };
  for (const hub of hubs.values()) hub.observe(follow);
  const openStreams = new OpenStreams(config.EVENT_STREAMS);
  const { EVENT_HEARTBEAT_MS: heartbeatMs, EVENT_BUFFER_BYTES: mostBuffered } = config;
  const common = { feeds, watch, openStreams };
  const streams = new EventStreams({ ...common, options: { heartbeatMs, mostBuffered, retryMs: reconnectHintMs } });
  const closing = { closeMs: socketCloseMs, endMs: socketEndMs };
  const socketOptions = { heartbeatMs, mostBuffered, mostSubscriptions, ...closing };
  const sockets = new EventSockets({ ...common, options: socketOptions });
  return {
    hubIn,
    streams,
    sockets,
    history: new EventHistory(feeds, { pageSize: replayPageSize, mostLooked }),
    /** For shutdown: clients connect again, elsewhere. */
    endAll: () => {
      streams.endAll();
      sockets.endAll();
    },
  };
};
