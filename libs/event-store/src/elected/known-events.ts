import { unavailable } from '@aftertone/kernel';
import type pg from 'pg';
import { electionLocks, knowledgeLocks } from './locks.ts';
import type { Session } from './session.ts';

/** Says of which event types the session's process knows, for as long as the session lives. */
export const declareKnown = async (session: Session, eventTypes: readonly string[]): Promise<void> => {
  await session.query('SELECT pg_advisory_lock_shared($1, hashtext(type)) FROM unnest($2::text[]) AS type', [
    knowledgeLocks,
    eventTypes,
  ]);
};

/** Any process with a place (a relay's above all) that lacks the knowledge, on this database. */
const lackingSql = `
  SELECT EXISTS (
    SELECT FROM pg_locks place
    WHERE place.locktype = 'advisory' AND place.granted AND place.classid = $1::oid AND place.objsubid = 2
      AND place.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND NOT EXISTS (
        SELECT FROM pg_locks known
        WHERE known.pid = place.pid AND known.locktype = 'advisory' AND known.classid = $2::oid
          AND known.objid = (hashtext($3)::bigint & 4294967295)::oid AND known.objsubid = 2)) AS lacking`;

/**
 * To be asked before a type of event is written that the version before does not know. While one of its processes has a
 * place, as the relay, it would pass over the event and never tell anybody of it.
 *
 * @throws DomainError `upgrade-under-way` (unavailable)
 */
export const requireKnownToAll = async ({ pool }: { pool: pg.Pool }, eventType: string): Promise<void> => {
  const { rows } = await pool.query<{ lacking: boolean }>(lackingSql, [electionLocks, knowledgeLocks, eventType]);
  if (rows[0]?.lacking === false) return;
  throw unavailable(
    'upgrade-under-way',
    'A process of the version before is still at work and does not know this: try again when it has ended.',
    { retryAfterSeconds: 10 },
  );
};
