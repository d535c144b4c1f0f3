import { type CloudEvent, cloudEvent, eventHeaders, eventStreamName } from '@aftertone/contracts';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';

export interface BusMessage {
  sequence: number;
  subject: string;
  event: CloudEvent;
  position: number;
  part: number;
  audience: string[];
}

/** Everything that the service's stream holds, oldest first; nothing while there is no stream. */
export const busMessages = async (natsUrl: string, cell: string): Promise<BusMessage[]> => {
  const { host, username, password } = new URL(natsUrl);
  const connection = await connect({ servers: host, user: username, pass: password });
  try {
    const { streams } = await jetstreamManager(connection);
    const name = eventStreamName(cell, 'mailbox');
    const { state } = await streams.info(name, { deleted_details: true });
    const deleted = new Set(state.deleted ?? []);
    const messages: BusMessage[] = [];
    for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
      const stored = deleted.has(seq) ? null : await streams.getMessage(name, { seq });
      if (stored === null) continue;
      messages.push({
        sequence: seq,
        subject: stored.subject,
        event: cloudEvent.parse(stored.json()),
        position: Number(stored.header.get(eventHeaders.position)),
        part: Number(stored.header.get(eventHeaders.part)),
        audience: stored.header.get(eventHeaders.audience).split(',').filter(Boolean),
      });
    }
    return messages;
  } finally {
    await connection.close();
  }
};
