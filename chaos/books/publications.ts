import type { CloudEvent } from '@aftertone/contracts';
import type { Delivered } from '../bus/raw-recorder.ts';
import { duplicated, type Finding, finding, lost } from './finding.ts';

/** How long a stream knows the ids that were published, as the services make it. */
const KNOWN_MS = 120_000;

/** An event on one subject: copies for its audiences have the same id on subjects of their own. */
const nameOf = ({ subject, id }: Delivered): string => `${subject} ${id}`;

interface Publication extends Delivered {
  id: string;
}

/** Each once, in the order of the streams. */
function publicationsOf(delivered: readonly Delivered[]): Publication[] {
  const known = new Map<string, Publication>();
  for (const one of delivered) {
    const { id } = one;
    if (id !== undefined) known.set(`${one.stream} ${one.life} ${one.sequence}`, { ...one, id });
  }
  return [...known.values()].sort((a, b) => a.life - b.life || a.sequence - b.sequence);
}

/** The same event published again, and what it had been before. */
function repeatsOf(publications: readonly Publication[]): { before: Publication; again: Publication }[] {
  const latest = new Map<string, Publication>();
  return publications.flatMap((again) => {
    const before = latest.get(nameOf(again));
    latest.set(nameOf(again), again);
    return before === undefined ? [] : [{ before, again }];
  });
}

/**
 * What lies in the streams, past whatever spares subscribers repeats: each event is published once. It is again only where
 * the stream lost what it had, or after it has forgotten the ids; and no first publication comes out of order.
 */
export function checkPublications(
  history: readonly CloudEvent[],
  delivered: readonly Delivered[],
  poison: ReadonlySet<string>,
): Finding[] {
  const publications = publicationsOf(delivered).filter(({ id }) => !poison.has(id));
  const published = new Set(publications.map(({ id }) => id));
  const unexcused = repeatsOf(publications).filter(
    ({ before, again }) => before.life === again.life && again.at - before.at < KNOWN_MS,
  );
  return [
    ...lost(
      'events of the log that no stream has had',
      history.filter(({ id }) => !published.has(id)).map(({ id, type }) => `${type} ${id}`),
      true,
    ),
    ...duplicated(
      'published again, though the stream had it',
      unexcused.map(({ before, again }) => `${nameOf(again)} at ${before.sequence} and ${again.sequence}`),
    ),
    ...finding('first published in another order than they changed', disordered(publications, unheardIn(delivered))),
  ];
}

const lifeOf = ({ stream, life }: Publication | Delivered): string => `${stream} ${life}`;

/** The first number in each life of a stream that never came, though later ones did: its end was cut before it came again. */
function unheardIn(delivered: readonly Delivered[]): Map<string, number> {
  const first = new Map<string, number>();
  for (const [life, heard] of Map.groupBy(delivered, lifeOf)) {
    const numbers = [...new Set(heard.map(({ sequence }) => sequence))].sort((a, b) => a - b);
    const before = numbers.find((number, n) => n + 1 < numbers.length && numbers[n + 1] !== number + 1);
    if (before !== undefined) first.set(life, before + 1);
  }
  return first;
}

/** @param unheard what came before there in an earlier life of the stream may have been published in it, too */
function disordered(publications: readonly Publication[], unheard: ReadonlyMap<string, number>): string[] {
  const seen = new Set<string>();
  const latest = new Map<string, Publication>();
  return publications.flatMap((one) => {
    const { messageId, version, subject, sequence } = one;
    if (messageId === undefined || !/\.messages\.(created|updated|deleted)$/.test(subject) || seen.has(nameOf(one)))
      return [];
    seen.add(nameOf(one));
    const to = `${subject.split('.').slice(0, -1).join('.')} ${messageId}`;
    const before = latest.get(to);
    if (before === undefined || version >= before.version) latest.set(to, one);
    if (before === undefined || version >= before.version) return [];
    const mayBeFirst = before.life !== one.life && (unheard.get(lifeOf(before)) ?? Infinity) < before.sequence;
    return mayBeFirst ? [] : [`${messageId} v${version} after v${before.version} at ${sequence}`];
  });
}

/** How often events were published again, and how often one publication came again to its consumer. */
export const countPublications = (delivered: readonly Delivered[]): { published: number; redelivered: number } => ({
  published: repeatsOf(publicationsOf(delivered)).length,
  redelivered: delivered.filter(({ deliveries }) => deliveries > 1).length,
});
