import type { NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';
import { subscribersAccount } from '../way.ts';

/** An open connection of other software. */
export interface Connection {
  /** Id of the server that holds it. */
  serverId: string;
  /** Number of the connection there. */
  cid: number;
  /** Name that we gave it. */
  user: string;
}

const page = z.object({
  server: z.object({ id: z.string() }),
  data: z.object({
    total: z.number(),
    connections: z.array(z.object({ cid: z.number(), authorized_user: z.string().default('') })).nullish(),
  }),
});
type Page = z.output<typeof page>;

const usualPage = 1_000;
const answerMs = 1_000;
/** Servers of a cluster answer each by itself; after this silence there is none left. */
const silenceMs = 300;

const ask = (offset: number, limit: number): string =>
  JSON.stringify({ auth: true, acc: subscribersAccount, sort: 'cid', offset, limit });

const connectionsOf = ({ server, data }: Page): Connection[] =>
  (data.connections ?? []).map(({ cid, authorized_user: user }) => ({ serverId: server.id, cid, user }));

/** Open connections of other software on every server of the cluster, in pages. Throws when no server answers. */
export async function* listConnections(
  system: NatsConnection,
  pageSize: number = usualPage,
): AsyncGenerator<Connection[]> {
  const first: Page[] = [];
  const answers = await system.requestMany('$SYS.REQ.SERVER.PING.CONNZ', ask(0, pageSize), {
    strategy: 'stall',
    stall: silenceMs,
    maxWait: answerMs,
  });
  for await (const answer of answers) first.push(page.parse(answer.json()));
  if (first.length === 0) throw new Error('no server tells its connections');
  for (const begin of first) {
    yield connectionsOf(begin);
    const { id } = begin.server;
    for (let offset = pageSize; offset < begin.data.total; offset += pageSize) {
      const next = await system.request(`$SYS.REQ.SERVER.${id}.CONNZ`, ask(offset, pageSize), { timeout: answerMs });
      yield connectionsOf(page.parse(next.json()));
    }
  }
}

/** Ends a connection; one that is gone already is no error. */
export const endConnection = async (system: NatsConnection, { serverId, cid }: Connection): Promise<void> => {
  await system.request(`$SYS.REQ.SERVER.${serverId}.KICK`, JSON.stringify({ cid }), { timeout: answerMs });
};
