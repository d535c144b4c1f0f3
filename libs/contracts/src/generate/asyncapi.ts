import { cloudEventsContentType } from '../envelope.ts';
import { eventDefinitions } from '../events/index.ts';
import { toJsonSchema } from '../json-schema.ts';
import { errorReply } from '../rpc/call.ts';
import { rpcs } from '../rpc/catalogue.ts';
import { callChannels, callHeadersSchema, callMessages, callName } from './call-channels.ts';
import { eventChannels } from './event-channels.ts';
import { eventHeadersSchema, eventMessage } from './event-messages.ts';

const description = `What Aftertone says and hears on NATS.

Events are CloudEvents in JSON. Each is published once on its canonical subject and copied, with the same id, to the
subject of each audience of its mailbox. \`x-access\` is the access that a subscriber's token must hold; below
\`evt.<tenant>.\` the subject is the access path itself. A message's \`x-access\` names all of these, \`x-stream\` the JetStream
stream that holds it, and \`x-durable\` how a program gets it without losing one while it is away. Calls (\`cmd\`, \`query\`) are between Aftertone's own parts;
no token opens them.`;

/** The AsyncAPI 3.0 document of all events and calls. */
export const asyncApi = (version: string) => {
  const events = eventDefinitions.flatMap(eventChannels);
  const calls = rpcs.map((rpc) => ({ name: callName(rpc), ...callChannels(rpc) }));
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Aftertone on the bus',
      version,
      description,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: cloudEventsContentType,
    channels: {
      ...Object.fromEntries(events.map(({ name, channel }) => [name, channel])),
      ...Object.assign({}, ...calls.map(({ channels }) => channels)),
    },
    operations: Object.fromEntries([...events, ...calls].map(({ name, operation }) => [name, operation])),
    components: {
      messages: {
        ...Object.fromEntries(eventDefinitions.map((definition) => [definition.type, eventMessage(definition)])),
        ...Object.assign({}, ...rpcs.map(callMessages)),
        error: {
          name: 'error',
          title: 'why a call was refused',
          contentType: 'application/json',
          payload: toJsonSchema(errorReply, 'output', { target: 'draft-7' }),
        },
      },
      schemas: { eventHeaders: eventHeadersSchema, callHeaders: callHeadersSchema },
    },
  };
};
