import type { EventDocument, EventMessage } from './event-document.ts';
import { type Html, html } from './html.ts';
import { type Field, type FieldSchema, fieldsOf } from './schema-fields.ts';

const audiences: Readonly<Record<string, string>> = {
  canonical: 'administrators, services and bridges',
  member: 'administrators, services and bridges: the own view of one member',
  personal: 'each owner of a personal mailbox',
  group: 'the members of a group mailbox',
  global: 'every user of the tenant, for a global mailbox',
};

const places = (message: EventMessage): Html => html`
      <div class="wide"><table>
        <thead><tr><th>access</th><th>for</th></tr></thead>
        <tbody>${Object.entries(message['x-access']).map(
          ([audience, access]) => html`
          <tr><td><code>${access}</code></td><td>${audiences[audience] ?? audience}</td></tr>`,
        )}
        </tbody>
      </table></div>`;

const field = ({ path, type, optional, description }: Field): Html => html`
          <tr><td><code>${path}</code></td><td>${type}${optional ? ', may be absent' : ''}</td><td>${description}</td></tr>`;

const fields = (rows: Field[]): Html => html`
      <div class="wide"><table>
        <thead><tr><th>field</th><th>type</th><th></th></tr></thead>
        <tbody>${rows.map(field)}
        </tbody>
      </table></div>`;

const section = (message: EventMessage): Html => html`
    <section id="${message.name}">
      <h3><a href="#${message.name}">${message.name}</a></h3>
      <p>${message.summary}</p>${places(message)}
      <p>Stream <code>${message['x-stream']}</code>. Its <code>data</code>:</p>${fields(fieldsOf(message.payload.properties.data))}
      ${message.examples.map(
        ({
          name,
          payload,
        }) => html`<details><summary>Example ${name}</summary><pre>${JSON.stringify(payload, null, 2)}</pre></details>
      `,
      )}
    </section>`;

const consumers = (first: EventMessage | undefined): Html => html`
    <section id="consume">
      <h2>Receive them</h2>
      <p>Over HTTP as <a href="../docs#/events">server-sent events or on a WebSocket</a>. On NATS, with the package
        <code>@aftertone/contracts</code>:</p>
      <pre>import { subscribe } from '@aftertone/contracts/subscribe';

for await (const event of subscribe({ gateway, token, durable: 'my-program', types: ['${first?.name}'] })) {
  console.log(event.type, event.data);
  await event.ack();
}</pre>
      <p>Or with a NATS client alone:</p>
      <ol>
        <li><code>POST /v1/subscriptions {"name": "my-program", "types": ["${first?.name}"], "after": "now"}</code></li>
        <li>If the answer has a <code>replay</code>, read <code>GET /v1/events/history</code> between its two cursors.</li>
        <li>Log in as <code>nats.user</code> of the answer, with the token as the password.</li>
        <li>Subscribe to exactly <code>deliverSubject</code>, and answer each message, with nothing, within 30 seconds:
          what is not answered comes again.</li>
      </ol>
    </section>`;

/** The attributes that events have beside their data; what not all of them have may be absent. */
const envelopeOf = (messages: EventMessage[]): FieldSchema => {
  const payloads = messages.map(({ payload }) => payload);
  const { data: _, ...attributes } = payloads[0]?.properties ?? {};
  const required = Object.keys(attributes).filter((name) => payloads.every((one) => one.required.includes(name)));
  return { properties: { ...attributes, type: { type: 'string' } }, required };
};

/** A page to read about every event: where it is, who may have it, what is in it. No script, nothing from elsewhere. */
export const eventPage = ({ info, components: { messages } }: EventDocument): string => {
  const envelope = fieldsOf(envelopeOf(messages));
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${info.title}</title>
    <link rel="stylesheet" href="events.css">
    <link rel="icon" type="image/png" href="assets/favicon-32x32.png">
  </head>
  <body>
    <nav>
      <a href="../docs">API</a> <a href="asyncapi.json">AsyncAPI</a>
      <a href="#consume">Receive them</a> <a href="#envelope">Envelope</a>
      <ul>${messages.map(
        ({ name }) => html`
        <li><a href="#${name}">${name}</a></li>`,
      )}
      </ul>
    </nav>
    <main>
    <h1>${info.title} <small>${info.version}</small></h1>
    <p>Everything that happens is a typed event. Each is published once on its canonical subject and copied, with the same
      id, to whoever may see its mailbox. A token whose access list covers one of the accesses receives the event. What needs
      <code>events.{path}</code> is on the subject <code>evt.{tenantId}.{path}</code>.</p>${consumers(messages[0])}
    <section id="envelope">
      <h2>Envelope</h2>
      <p>CloudEvents 1.0 in JSON, with these attributes beside <code>data</code>:</p>${fields(envelope)}
    </section>
    <h2>Events</h2>${messages.map(section)}
    </main>
  </body>
</html>
`.text;
};

export const eventStyles = `:root { color-scheme: light dark; --line: light-dark(#d8dee4, #3b444d); --soft: light-dark(#f4f6f8, #1c2228); }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; display: grid; grid-template-columns: 17rem minmax(0, 1fr); }
nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1.5rem; background: var(--soft); }
nav a { display: inline-block; margin-right: .6rem; }
nav ul { list-style: none; margin: 1rem 0 0; padding: 0; font-size: .9rem; }
main { padding: 1.5rem 2rem 6rem; max-width: 72rem; }
h1 small { font-size: 1rem; font-weight: normal; opacity: .7; }
section { margin-top: 2.5rem; }
h3 { margin-bottom: 0; font-size: 1.3rem; }
h3 a { color: inherit; text-decoration: none; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); }
td code { white-space: nowrap; }
pre { background: var(--soft); padding: 1rem; overflow-x: auto; font-size: .85rem; }
summary { cursor: pointer; margin-top: .5rem; }
@media (max-width: 50rem) {
  body { display: block; }
  nav { position: static; height: auto; }
}
`;
