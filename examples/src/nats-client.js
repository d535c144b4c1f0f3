// Prints every new event that the demo's administrator may see, with no more than a NATS client:
// node examples/dist/nats-client.js
import { readFileSync } from 'node:fs';
import { connect } from '@nats-io/transport-node';

const { url, adminToken: token } = JSON.parse(readFileSync(process.argv[2] ?? '.data/demo.json', 'utf8'));

// One durable subscription per name: asked for again it is found again, and brings what was not acknowledged.
const response = await fetch(`${url}/v1/subscriptions`, {
  method: 'POST',
  headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  body: JSON.stringify({ name: 'example-nats-client', after: 'now' }),
});
if (!response.ok) throw new Error(await response.text());
const { deliverSubject, nats } = await response.json();

const { servers, user, inboxPrefix } = nats;
const connection = await connect({
  ...{ servers, user, pass: token, inboxPrefix },
  maxReconnectAttempts: -1,
  // While the platform starts again the bus may be there before the gateway, and refuses the token until it is asked.
  ignoreAuthErrorAbort: true,
});
console.log('listening');
for await (const message of connection.subscribe(deliverSubject)) {
  const { type, data } = message.json();
  console.log(type, data);
  message.respond(); // acknowledges it: without an answer it comes again
}
