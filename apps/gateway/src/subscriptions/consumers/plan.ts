import { aclFilters, eventStreamName, type ServiceName } from '@aftertone/contracts';
import type { PushConsumer } from '@aftertone/messaging';
import type { Session } from '../../access/session.ts';
import { services } from '../../events/places.ts';

/** Every consumer of a subscription has a name that begins so. */
export const consumerPrefix = 'sub-';

/**
 * Where all consumers of a subscription deliver. One subject without wildcards: JetStream begins to deliver when somebody
 * listens on exactly this.
 */
export const deliverSubjectOf = (id: string): string => `sub.${id}.events`;

/** What a subscription follows, of its service by service. */
export interface Plan {
  consumers: readonly (PushConsumer & { service: ServiceName })[];
  inexact: readonly string[];
}

export interface Wanted {
  id: string;
  types: readonly string[] | null;
}

export interface PlanSettings {
  cell: string;
  /** Whether one consumer takes several filters. */
  manyFilters: boolean;
  ackWaitMs: number;
  maxPending: number;
}

/** The subscription whose consumer this is; null when it is none of ours. */
export const subscriptionOfConsumer = (name: string): string | null =>
  /^sub-([0-9a-f-]{36})-[a-z]+(?:-\d+)?$/.exec(name)?.[1] ?? null;

const mayFollow = ({ allows }: Session): boolean => allows('aftertone.events.read');

/** What the owner's ACL allows today. The tenant is the one in which the session acts. */
export const planOf = ({ id, types }: Wanted, session: Session, settings: PlanSettings): Plan => {
  if (!mayFollow(session)) return { consumers: [], inexact: [] };
  const { cell, manyFilters, ackWaitMs, maxPending } = settings;
  // Not `my_session`: a subscription outlives the token that made it.
  const { subjects, inexact } = aclFilters(session.acl, { authId: session.userId }, session.tenantId, types);
  const consumers = services.flatMap((service) => {
    const filters = subjects[service] ?? [];
    const sets = manyFilters && filters.length > 0 ? [filters] : filters.map((filter) => [filter]);
    const name = `${consumerPrefix}${id}-${service}`;
    return sets.map((set, n) => ({
      service,
      stream: eventStreamName(cell, service),
      name: sets.length === 1 ? name : `${name}-${n + 1}`,
      filters: set,
      deliverSubject: deliverSubjectOf(id),
      ackWaitMs,
      maxPending,
    }));
  });
  return { consumers, inexact };
};

/** As they are kept, and named in the permissions of the owner's tokens. */
export const consumerNames = ({ consumers }: Plan): string[] =>
  consumers.map(({ stream, name }) => `${stream}.${name}`);
