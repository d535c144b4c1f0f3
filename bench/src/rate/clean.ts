import type { Installation } from '../installation/installation.ts';
import { type LoadReport, load } from '../load/load.ts';
import { depositRequests, recording } from '../load/requests.ts';
import { untilCalm } from '../machine/calm.ts';
import { settle } from '../machine/settle.ts';

export interface RateRound {
  rate: number;
  report: LoadReport;
  /** Answered with something else than 201. */
  refused: number;
  /** Answered with 201 and not in the mailbox afterwards. */
  lost: number;
  /** Nothing refused or lost, and nobody waited for as long as a caller would notice. */
  clean: boolean;
}

/** A caller who waits longer after the last word hangs up, or tries again. */
const PATIENCE_MS = 1_000;

const newMessages = async ({ url, token }: Installation, mailboxId: string): Promise<number> => {
  const response = await fetch(`${url}/v1/mailboxes/${mailboxId}/counts`, {
    headers: { authorization: `Bearer ${token}` },
  });
  if (!response.ok) throw new Error(`no counts: ${response.status}`);
  return ((await response.json()) as { new: number }).new;
};

/** Messages of one second at this rate into so many fresh mailboxes, whether or not the ones before were answered. */
export const rateRound = async (
  installation: Installation,
  { rate, mailboxes, seconds }: { rate: number; mailboxes: number; seconds: number },
): Promise<RateRound> => {
  const ids: string[] = [];
  while (ids.length < mailboxes) ids.push(await installation.newMailbox());
  const report = await load({
    ...{ url: installation.url, pace: { perSecond: rate }, seconds, warmUpSeconds: 0 },
    requests: depositRequests(installation, ids, recording(1)),
  });
  const kept = (await Promise.all(ids.map((id) => newMessages(installation, id)))).reduce((sum, n) => sum + n, 0);
  const { 201: acknowledged = 0, ...others } = report.statuses;
  const refused = Object.values(others).reduce((sum, times) => sum + times, 0);
  const lost = acknowledged - kept;
  // What is told of these messages is part of their cost, and nothing that the next round may find undone.
  await untilCalm(installation);
  await settle();
  return { rate, report, refused, lost, clean: refused === 0 && lost <= 0 && report.p99 < PATIENCE_MS };
};

/** Slower than that nobody would call a rate. */
const SLOWEST = 5;

/** The highest rate that is clean, to about a tenth: doubled until it is not, then halved in between. */
export const highestCleanRate = async <Round extends Pick<RateRound, 'rate' | 'clean'>>(
  round: (rate: number) => Promise<Round>,
  start: number,
): Promise<Round | undefined> => {
  let best: Round | undefined;
  let tooMuch: number | undefined;
  for (let rate = start; rate >= SLOWEST; ) {
    const found = await round(Math.round(rate));
    if (found.clean) best = found;
    else tooMuch = found.rate;
    if (tooMuch === undefined) rate *= 2;
    else if (best === undefined) rate = tooMuch / 2;
    else if (tooMuch - best.rate <= Math.max(1, tooMuch / 10)) return best;
    else rate = (best.rate + tooMuch) / 2;
  }
  return best;
};
