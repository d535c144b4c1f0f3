import { administerAccess, type CallContext } from '@aftertone/contracts';
import type { DedupKey, EventMeta } from '@aftertone/event-store';
import { rejected } from '@aftertone/kernel';

/** What every event of a call records. */
export const metaOfCall = ({ actor: { kind, id }, correlationId }: CallContext): EventMeta => ({
  actor: { kind, id },
  correlationId,
});

/** The call's deduplication key, if the caller gave one. */
export const dedupOfCall = ({ actor, idempotency }: CallContext): DedupKey | undefined =>
  idempotency && { actor: actor.id, ...idempotency };

/** @throws DomainError `administrator-required` (rejected) */
export const requireAdministrator = ({ actor }: CallContext): void => {
  if (!actor.admin) throw rejected('administrator-required', `This takes the access ${administerAccess}.`);
};
