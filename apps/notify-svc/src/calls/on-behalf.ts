import { administerAccess, type CallContext } from '@aftertone/contracts';
import type { EventMeta } from '@aftertone/event-store';
import { rejected } from '@aftertone/kernel';

/** What every event of a call records: who asked, and the id under which the call is found in logs. */
export const metaOfCall = ({ actor, correlationId }: CallContext): EventMeta => ({
  actor: { kind: actor.kind, id: actor.id },
  correlationId,
});

/** Throws `administrator-required` (rejected). */
export const requireAdministrator = ({ actor }: CallContext): void => {
  if (!actor.admin) throw rejected('administrator-required', `This takes the access ${administerAccess}.`);
};
