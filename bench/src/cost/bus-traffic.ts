import { connectBus } from '@aftertone/messaging';
import type { Installation } from '../installation/installation.ts';
import type { Held } from './growth.ts';

/** Messages of one user of the bus since its connections began. */
export interface Traffic {
  sent: number;
  received: number;
}

interface Connections {
  data: {
    connections: { authorized_user?: string; in_msgs: number; out_msgs: number }[];
  };
}

interface Streams {
  streams: { config: { name: string }; state: { messages: number; bytes: number } }[];
}

export interface BusCounter {
  /** By service. */
  read(): Promise<Map<string, Traffic>>;
  /** What each stream holds. */
  streams(): Promise<Map<string, Held>>;
  end(): Promise<void>;
}

const serviceNames: Readonly<Record<string, string>> = {
  gateway: 'gateway',
  mailbox: 'mailbox-svc',
  media: 'media-svc',
  notify: 'notify-svc',
};

/** Asks the server of the bus what goes over each service's connections, acknowledgements and heartbeats included. */
export const countTraffic = async ({ servers }: Installation): Promise<BusCounter> => {
  const system = connectBus({ url: servers.busSystem, name: 'bench' });
  const admin = connectBus({ url: servers.bus, name: 'bench' });
  const [connections, streams] = await Promise.all([system.whenUp(), admin.whenUp()]);
  return {
    read: async () => {
      const answer = await connections.request('$SYS.REQ.SERVER.PING.CONNZ', JSON.stringify({ auth: true }));
      const sums = new Map<string, Traffic>();
      for (const { authorized_user: user = '', in_msgs, out_msgs } of answer.json<Connections>().data.connections) {
        const service = serviceNames[user];
        if (service === undefined) continue;
        const { sent, received } = sums.get(service) ?? { sent: 0, received: 0 };
        sums.set(service, { sent: sent + in_msgs, received: received + out_msgs });
      }
      return sums;
    },
    streams: async () => {
      const answer = await streams.request('$JS.API.STREAM.LIST');
      const { streams: all } = answer.json<Streams>();
      return new Map(
        all.map(({ config, state }) => [`stream ${config.name}`, { rows: state.messages, bytes: state.bytes }]),
      );
    },
    end: async () => {
      await Promise.all([system.close(), admin.close()]);
    },
  };
};
