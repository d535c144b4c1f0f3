import type { Authenticator } from '../access/authenticator.ts';
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

/** Events for clients, wired together: server-sent events, WebSockets and pages of history. */
export const makeLive = (config: Config, readLog: ReadLog, authenticator: Pick<Authenticator, 'sessions'>) => {
  const hub = new EventHub(recentEvents);
  const feeds = new Feeds(hub, readLog, { pageSize: replayPageSize, retryMs: reconnectHintMs });
  const watch = new SessionWatch((presented) => authenticator.sessions(presented), streamCheckMs);
  hub.observe((event) => {
    const affected = affectedBy(event);
    if (affected === null) return;
    watch.recheck(affected);
    // Who owns a group is known here a moment later than to the stream.
    if ('mailboxId' in affected) setTimeout(() => watch.recheck(affected), groupsFollowMs).unref();
  });
  const openStreams = new OpenStreams(config.EVENT_STREAMS);
  const { EVENT_HEARTBEAT_MS: heartbeatMs, EVENT_BUFFER_BYTES: mostBuffered } = config;
  const common = { feeds, watch, openStreams };
  const streams = new EventStreams({ ...common, options: { heartbeatMs, mostBuffered, retryMs: reconnectHintMs } });
  const closing = { closeMs: socketCloseMs, endMs: socketEndMs };
  const socketOptions = { heartbeatMs, mostBuffered, mostSubscriptions, ...closing };
  const sockets = new EventSockets({ ...common, options: socketOptions });
  return {
    hub,
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
