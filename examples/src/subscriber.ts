// Prints every event of the demo tenant's mailboxes, from the oldest that the bus holds: node examples/dist/subscriber.js
import { readFileSync } from 'node:fs';
import { eventStreamName, readEvent } from '@aftertone/contracts';
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';

const { natsUrl, tenantId } = JSON.parse(readFileSync(process.argv[2] ?? '.data/demo.json', 'utf8'));
const { host, username: user, password: pass } = new URL(natsUrl);
const connection = await connect({ servers: host, user: decodeURIComponent(user), pass: decodeURIComponent(pass) });
const events = { filter_subjects: `evt.${tenantId}.mailboxes.>` };
const consumer = await jetstream(connection).consumers.get(eventStreamName('c1', 'mailbox'), events);
for await (const message of await consumer.consume()) {
  const { type, data } = readEvent(message.data, message.headers);
  console.log(type, data);
}
