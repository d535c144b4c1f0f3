import { mostSessions } from '@aftertone/event-store';
import type { Manifest } from './render.ts';
import type { ServiceName } from './schemas.ts';
import { ofKind } from './workloads.ts';

/** Durable consumers of each service, one session each; `e2e/cells.e2e.spec.ts` knows them by name. The gateway has one a cell. */
const consumers: Record<ServiceName, number> = { gateway: 1, 'mailbox-svc': 3, 'media-svc': 2, 'notify-svc': 2 };

/** Sessions of Postgres that one replica may have open. */
export const sessionsOf = (service: ServiceName): number => mostSessions + consumers[service];

/** A migration's lock and its work. */
export const migrationSessions = 2;
/** What Postgres keeps for superusers, and a few for people and their commands. */
export const reserve = 3 + 5;

/**
 * Replicas of a workload that may be there at once. While a Deployment is replaced those that end still have their
 * sessions, beside all of the new; a StatefulSet waits for the end of each.
 */
export function mostReplicas(workload: Manifest, all: readonly Manifest[]): number {
  const scaler = ofKind(all, 'HorizontalPodAutoscaler').find(
    ({ spec }) => spec.scaleTargetRef.kind === workload.kind && spec.scaleTargetRef.name === workload.metadata.name,
  );
  const replicas: number = scaler?.spec.maxReplicas ?? workload.spec.replicas;
  return workload.kind === 'Deployment' ? 2 * replicas : replicas;
}
