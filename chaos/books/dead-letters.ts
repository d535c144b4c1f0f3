import type { Installation } from '../installation/installation.ts';
import { rows } from './rows.ts';

const WITH_CONSUMERS = ['mailbox', 'media', 'notify'] as const;

export interface Letter {
  id: string;
  consumer: string;
  eventId: string;
  eventType: string;
  reason: string;
}

/** Events that consumers of any service gave up, and that were not handled since. */
export async function deadLetters(installation: Installation): Promise<Letter[]> {
  const statement = `SELECT id, consumer, event_id AS "eventId", event_type AS "eventType", reason FROM dead_letter WHERE state <> 'replayed'`;
  const letters = await Promise.all(WITH_CONSUMERS.map((service) => rows<Letter>(installation, service, statement)));
  return letters.flat();
}
