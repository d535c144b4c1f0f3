import { type WebSocket, WebSocketServer } from 'ws';
import type { Session } from '../access/session.ts';
import type { Upgrade } from '../http/upgrades.ts';
import { closings } from './close-codes.ts';
import { EventSocket, type EventSocketOptions } from './event-socket.ts';
import type { Feeds } from './feeds.ts';
import type { OpenStreams } from './open-streams.ts';
import type { SessionWatch } from './session-watch.ts';
import { longestMessage, socketProtocol } from './socket-messages.ts';

export interface EventSocketsParts {
  feeds: Feeds;
  watch: SessionWatch;
  openStreams: OpenStreams;
  options: EventSocketOptions & {
    heartbeatMs: number;
    /** How long a client may take to close when the server ends. */
    endMs: number;
  };
}

export interface SocketCaller {
  token: string;
  session: Session;
  correlationId: string;
}

/** Every open WebSocket of this process. */
export class EventSockets {
  private readonly open = new Map<WebSocket, EventSocket>();
  private readonly parts: EventSocketsParts;
  private readonly server: WebSocketServer;

  constructor(parts: EventSocketsParts) {
    this.parts = parts;
    this.server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: longestMessage,
      // Never a token that was offered beside it.
      handleProtocols: (offered) => offered.has(socketProtocol) && socketProtocol,
    });
  }

  /** Throws `service-unavailable` when there are too many; what it returns makes the upgrade a WebSocket. */
  admit(upgrade: Upgrade, caller: SocketCaller): () => void {
    const seat = this.parts.openStreams.take();
    const { request, socket, head } = upgrade;
    socket.once('close', () => seat.leave());
    return () => this.server.handleUpgrade(request, socket, head, (made) => this.serve(made, caller));
  }

  /** For shutdown: clients connect again, elsewhere, and resume. */
  endAll(): void {
    for (const socket of this.open.values()) socket.close(closings.goingAway, this.parts.options.endMs);
  }

  private serve(made: WebSocket, { token, ...caller }: SocketCaller): void {
    const { feeds, watch, options } = this.parts;
    const socket = new EventSocket(made, { ...caller, feeds, options });
    this.open.set(made, socket);
    const beat = setInterval(() => socket.beat(), options.heartbeatMs);
    const unwatch = watch.watch({
      token,
      session: caller.session,
      onSession: (session) => socket.onSession(session),
      onEnd: () => socket.close(closings.tokenEnded),
    });
    made.once('close', () => {
      clearInterval(beat);
      unwatch();
      this.open.delete(made);
    });
  }
}
