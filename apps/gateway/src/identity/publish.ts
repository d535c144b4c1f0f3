import {
  type CloudEvent,
  cloudEventsContentType,
  contractEvents,
  type EventDefinition,
  eventHeaders,
  eventSubject,
  identityPath,
} from '@aftertone/contracts';
import type { OutgoingMessage, RecordedEvent } from '@aftertone/event-store';
import { tenantAggregate } from './tenants/tenant.aggregate.ts';
import type { TenantEvent } from './tenants/tenant.ts';
import { tokenAggregate } from './tokens/token.aggregate.ts';
import type { TokenEvent } from './tokens/token.ts';
import { userAggregate } from './users/user.aggregate.ts';
import type { Profile, UserEvent } from './users/user.ts';

export type IdentityEvent = TenantEvent | UserEvent | TokenEvent;
export type RecordedIdentityEvent = { [T in IdentityEvent as T['type']]: RecordedEvent<T> }[IdentityEvent['type']];

const types: ReadonlySet<string> = new Set(
  [tenantAggregate, userAggregate, tokenAggregate].flatMap(({ codecs }) => Object.keys(codecs)),
);

/** A newer version of the gateway may have stored events that this one does not know: it publishes nothing of them. */
export const isIdentityEvent = (recorded: RecordedEvent): recorded is RecordedIdentityEvent => types.has(recorded.type);

interface Publication {
  definition: EventDefinition;
  path: string;
  /** A registered tenant's own: the event is stored under the registry. */
  tenantId: string;
  data: Record<string, unknown>;
}

const userView = (
  { tenantId, version, at }: RecordedEvent,
  { userId, shortId, createdAt, profile }: { userId: string; shortId: number; createdAt: string; profile: Profile },
) => ({ id: userId, tenantId, shortId, ...profile, createdAt, updatedAt: at, version });

const publication = (recorded: RecordedIdentityEvent): Publication => {
  const { tenantId } = recorded;
  switch (recorded.type) {
    case 'TenantRegistered': {
      const { tenantId: id, parentId, name, createdAt } = recorded.data;
      const data = { tenantId: id, tenant: { id, parentId, name, createdAt } };
      const path = identityPath('tenants', id, 'created');
      return { definition: contractEvents.tenantCreated, path, tenantId: id, data };
    }
    case 'UserCreated': {
      const { userId } = recorded.data;
      const data = { userId, user: userView(recorded, recorded.data) };
      return { definition: contractEvents.userCreated, path: identityPath('users', userId, 'created'), tenantId, data };
    }
    case 'UserChanged': {
      const { userId, changed } = recorded.data;
      const data = { userId, user: userView(recorded, recorded.data), changed };
      return { definition: contractEvents.userUpdated, path: identityPath('users', userId, 'updated'), tenantId, data };
    }
    case 'UserDeleted': {
      const { userId } = recorded.data;
      const path = identityPath('users', userId, 'deleted');
      return { definition: contractEvents.userDeleted, path, tenantId, data: { userId } };
    }
    case 'TokenIssued': {
      const { userId } = recorded.data;
      const path = identityPath('tokens', userId, 'issued');
      return { definition: contractEvents.tokenIssued, path, tenantId, data: recorded.data };
    }
    case 'TokenRevoked': {
      const path = identityPath('tokens', recorded.data.userId, 'revoked');
      return { definition: contractEvents.tokenRevoked, path, tenantId, data: recorded.data };
    }
  }
};

/** The contract event of a stored identity event; each publishes exactly one, to no audience. */
export const contractEvent = (recorded: RecordedIdentityEvent, source: string): CloudEvent => {
  const { definition, path, tenantId, data } = publication(recorded);
  const { id, at, version, meta } = recorded;
  return {
    specversion: '1.0',
    id,
    source,
    type: definition.type,
    subject: path,
    time: at,
    datacontenttype: 'application/json',
    tenantid: tenantId,
    streamversion: version,
    correlationid: meta.correlationId,
    ...(meta.causationId === undefined ? {} : { causationid: meta.causationId }),
    data,
  };
};

/** The bus messages of a stored event: one for each of ours. */
export const busMessages = (recorded: RecordedEvent, source: string): OutgoingMessage[] => {
  if (!isIdentityEvent(recorded)) return [];
  const event = contractEvent(recorded, source);
  const headers = {
    [eventHeaders.contentType]: cloudEventsContentType,
    [eventHeaders.position]: String(recorded.position),
    [eventHeaders.part]: '0',
  };
  const subject = eventSubject(event.tenantid, event.subject);
  return [{ subject, id: event.id, position: recorded.position, part: 0, headers, body: JSON.stringify(event) }];
};
