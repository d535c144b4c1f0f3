import { readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Field } from '../field.ts';
import type { Ledger } from '../load/ledger.ts';
import { checkCounts } from './counts.ts';
import { checkAudio, checkDeposits } from './deposits.ts';
import { checkEvents } from './events.ts';
import { type Finding, finding } from './finding.ts';
import { checkLeftovers } from './leftovers.ts';
import { checkNotifications, type NotificationRules } from './notifications.ts';
import { checkPublications } from './publications.ts';
import { takeSnapshot } from './snapshot.ts';
import { checkMoved } from './spools.ts';
import { ageEvents, ageReplicas } from './stale-rows.ts';

const LOOK_EVERY_MS = 500;
const SAY_EVERY_MS = 15_000;

export interface Books {
  field: Field;
  ledger: Ledger;
  rules: NotificationRules;
}

export interface Patience {
  timeoutMs: number;
  /** Told now and then what is still waited for. */
  say(line: string): void;
}

/** Everything but what has to be downloaded. */
async function checkOnce({ field, ledger, rules }: Books): Promise<Finding[]> {
  const snapshot = await takeSnapshot(field.api, field.mailboxIds);
  const { installation, bus, raw, poison, mail, webhooks } = field;
  return [
    ...checkDeposits(ledger, snapshot),
    ...checkEvents(ledger, snapshot, { bus, poison }),
    ...checkPublications(snapshot.history, raw.delivered, poison),
    ...(await checkCounts(snapshot, installation)),
    ...checkNotifications(snapshot, { mail: mail.arrivals, webhooks: webhooks.arrivals }, rules),
  ];
}

/** Looks until nothing is under way any more; what then still may heal has had its time. */
export async function untilSettled(books: Books, patience: Patience): Promise<Finding[]> {
  return patiently(patience, async () => {
    const isReady = await books.field.installation.isReady();
    const findings = await checkOnce(books);
    return isReady ? findings : [...findings, ...finding('not every service is ready', [''], true)];
  });
}

/**
 * Waits until the spools hold no recording any more, by themselves; then has media-svc look at once for what nobody needs,
 * which it otherwise does after a day, and checks what is left and every recording that must still be there.
 */
export async function checkStores({ field, ledger }: Books, patience: Patience): Promise<Finding[]> {
  const { installation, api, mailboxIds } = field;
  const spools = await patiently(patience, () => checkMoved(installation));
  for (const replica of installation.allOf('media')) {
    await replica.stop();
    for (const folder of [installation.layout.media, installation.spoolOf(replica)]) ageFiles(join(folder, 'blobs'));
    replica.setEnvironment({ MEDIA_HOUSEKEEPING_SECONDS: '1' });
    await replica.start();
  }
  await ageReplicas(installation);
  // What came before the newest event only is known to be nobody's: an upload that was cut off may be younger.
  await api.must('PATCH', `/v1/mailboxes/${mailboxIds[0]}`, { name: 'Counted' });
  await ageEvents(installation);
  const left = await patiently(patience, () => checkLeftovers(field));
  const { listed } = await takeSnapshot(api, mailboxIds);
  return [...spools, ...left, ...(await checkAudio(api, ledger, listed))];
}

const DAYS_AGO = 2;

/** What is without an event may be an upload that is under way: it is left alone for a day, in a spool for ten minutes. */
function ageFiles(folder: string): void {
  const then = new Date(Date.now() - DAYS_AGO * 86_400_000);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) utimesSync(join(entry.parentPath, entry.name), then, then);
  }
}

/** Until nothing that may heal is left, or the time is over. A look that fails is one more to come. */
async function patiently({ timeoutMs, say }: Patience, look: () => Promise<Finding[]>): Promise<Finding[]> {
  const end = performance.now() + timeoutMs;
  let sayAt = performance.now() + SAY_EVERY_MS;
  for (;;) {
    const began = performance.now();
    const findings = await look().catch((error: unknown) =>
      finding('the installation cannot be looked at', [String(error)], true),
    );
    if (!findings.some(({ mayHeal }) => mayHeal) || performance.now() >= end) return findings;
    if (performance.now() >= sayAt) {
      for (const { what, ids } of findings) say(`waiting: ${what} (${ids.length}), ${ids[0]}`);
      sayAt += SAY_EVERY_MS;
    }
    // Each look reads everything: what is waited for needs the processors too.
    await delay(Math.max(LOOK_EVERY_MS, performance.now() - began));
  }
}
