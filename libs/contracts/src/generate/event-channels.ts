import type { EventDefinition } from '../events/index.ts';
import { audiencePaths, eventAccess, type MailboxTopic, memberViewPath } from '../subjects.ts';

const parameterTexts: Readonly<Record<string, string>> = {
  tenantId: 'tenant of the event',
  mailboxId: 'mailbox that the event is about',
  mediaId: 'recording that the event is about',
  webhookId: 'webhook that the event is about',
  userId: 'user that the event is for or about',
  policyId: 'policy that the event is about',
  serviceTokenId: 'service token that the event is about',
  subscriptionId: 'subscription that the event is about',
  cell: 'cell that the tenant lives in',
};

/** AsyncAPI parameters of an address with `{placeholders}`. */
export const parametersOf = (address: string) =>
  Object.fromEntries(
    Array.from(address.matchAll(/\{(\w+)\}/g), ([, name = '']) => {
      const description = parameterTexts[name];
      if (description === undefined) throw new Error(`nothing is written about the parameter {${name}}`);
      return [name, { description }];
    }),
  );

const topics: readonly MailboxTopic[] = ['messages', 'mwi', 'settings'];

/** Where an event can be heard: its name in the document and its access path. */
interface Place {
  name: string;
  path: string;
  whom: string;
}

/** The canonical place first, then that of each kind of audience. */
export const placesOf = (definition: EventDefinition): Place[] => {
  const canonical = { name: definition.type, path: definition.path, whom: 'administrators, services and bridges' };
  if (!definition.audiences) return [canonical];
  const [, , topicName, verb = ''] = definition.path.split('.');
  const topic = topics.find((known) => known === topicName);
  if (topic === undefined) throw new Error(`${definition.path} is no path of a mailbox event`);
  const copy = (type: 'personal' | 'group' | 'global', whom: string): Place[] =>
    audiencePaths('MAILBOX', { type, ownerUserIds: ['OWNER'] }, topic, verb).map((path) => ({
      name: `${definition.type}.${type}`,
      path: path.replace('MAILBOX', '{mailboxId}').replace('OWNER', '{userId}'),
      whom,
    }));
  const ownView = {
    name: `${definition.type}.member`,
    path: memberViewPath('MAILBOX', topic, verb).replace('MAILBOX', '{mailboxId}'),
    whom: 'administrators, services and bridges: the own view of one member, copied to that member alone',
  };
  return [
    canonical,
    ...(definition.memberViews ? [ownView] : []),
    ...copy('personal', 'each owner of a personal mailbox'),
    ...copy('group', 'the members of a group mailbox'),
    ...copy('global', 'every user of the tenant, for a global mailbox'),
  ];
};

/** Channels and operations of one event type. */
export const eventChannels = (definition: EventDefinition) =>
  placesOf(definition).map(({ name, path, whom }) => {
    const address = `evt.{tenantId}.${path}`;
    const access = eventAccess(path);
    return {
      name,
      channel: {
        address,
        title: name,
        description: `${definition.summary} For ${whom}.`,
        parameters: parametersOf(address),
        messages: { [definition.type]: { $ref: `#/components/messages/${definition.type}` } },
        'x-access': access,
      },
      operation: {
        action: 'send',
        channel: { $ref: `#/channels/${name}` },
        summary: definition.summary,
        messages: [{ $ref: `#/channels/${name}/messages/${definition.type}` }],
        'x-access': access,
        'x-stream': `EVT_{cell}_${definition.service}`,
      },
    };
  });
