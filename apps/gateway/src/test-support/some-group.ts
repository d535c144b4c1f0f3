import { type CloudEvent, contractEvents, type EventDefinition } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';

/** A mailbox and its members, as mailbox-svc tells of them; the first argument of each event is its version. */
export const someGroup = (tenantId = newId()) => {
  const mailboxId = newId();
  const event = (definition: EventDefinition, version: number, data: Record<string, unknown>): CloudEvent => ({
    specversion: '1.0',
    id: newId(),
    source: '/aftertone/c1/mailbox',
    type: definition.type,
    subject: definition.path.replace('{mailboxId}', mailboxId),
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    tenantid: tenantId,
    sequence: version,
    streamversion: version,
    correlationid: 'request-1',
    data: { mailboxId, ...data },
  });
  const { mailboxUpdated, mailboxClosed, memberUpdated, memberRemoved } = contractEvents;
  return {
    tenantId,
    mailboxId,
    settings: (version: number, accessType: string, ownerUserIds: readonly string[]) =>
      event(mailboxUpdated, version, { mailbox: { accessType, ownerUserIds }, changed: ['accessType'] }),
    closed: (version: number) => event(mailboxClosed, version, {}),
    member: (version: number, userId: string, rights: readonly string[]) =>
      event(memberUpdated, version, { member: { userId, role: null, rights, since: new Date().toISOString() } }),
    removed: (version: number, userId: string, more: object = {}) => event(memberRemoved, version, { userId, ...more }),
  };
};
