// Counts what has happened in each mailbox of the demo tenant since the beginning, then keeps the numbers up to date:
// node examples/dist/replay.js
import { readFileSync } from 'node:fs';
import { subscribe } from '@aftertone/contracts/subscribe';

const { url: gateway, adminToken: token } = JSON.parse(readFileSync(process.argv[2] ?? '.data/demo.json', 'utf8'));
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort());

const messages = new Map<string, number>();
for await (const event of subscribe({ gateway, token, after: 'first', signal: stop.signal })) {
  // A program that keeps its numbers would store them with the event's id, for an event may come twice.
  if (event.type === 'message_created') {
    const { mailboxId } = event.data;
    messages.set(mailboxId, (messages.get(mailboxId) ?? 0) + 1);
    console.log(event.cursor === undefined ? 'live' : 'history', Object.fromEntries(messages));
  }
  await event.ack();
}
