// Prints every event that the demo's administrator may see, beginning with the first, and goes on where it stopped when it
// is started again: node examples/dist/subscriber.js
import { readFileSync } from 'node:fs';
import { subscribe } from '@aftertone/contracts/subscribe';

const { url: gateway, adminToken: token } = JSON.parse(readFileSync(process.argv[2] ?? '.data/demo.json', 'utf8'));
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort());

const durable = 'example-subscriber';
for await (const event of subscribe({ gateway, token, durable, after: 'first', signal: stop.signal })) {
  console.log(event.type, event.data);
  if (event.gap) console.log('events are missing: read this mailbox again', event.gap);
  await event.ack(); // only now: what was not dealt with comes again
}
