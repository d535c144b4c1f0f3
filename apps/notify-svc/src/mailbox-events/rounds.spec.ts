import { newId } from '@aftertone/kernel';
import { describe, expect, it } from 'vitest';
import { messageOf, type SomeMailbox, someMailbox } from '../test-support/mailbox-events.ts';
import { readNews } from './read-news.ts';
import { type ReadEvent, roundsOf, runsOf } from './rounds.ts';

const idsOf = (events: readonly ReadEvent['event'][]): string[][] =>
  roundsOf(events.map((event) => ({ event, news: readNews(event) }))).map((round) =>
    round.events.map(({ event }) => event.id),
  );
const box = (): SomeMailbox => someMailbox({ to: [] });

describe('a page of events', () => {
  it('takes what is new in any mailbox, with all counts, at once', () => {
    const [a, b] = [box(), box()];
    const events = [a.messageCreated(), a.counts(1), b.messageCreated(), a.messageCreated(), b.counts(1), a.counts(2)];
    expect(idsOf(events)).toEqual([events.map(({ id }) => id)]);
  });

  it('keeps the order of each mailbox', () => {
    const a = box();
    const [settings, first, late] = [a.created(), a.messageCreated(), a.messageCreated()];
    const purged = a.messageDeleted(messageOf(first), 'purged');
    const heard = a.messageUpdated(late, { heard: true });
    const order = [settings, first, purged, late, heard].map(({ id }) => [id]);
    expect(idsOf([settings, first, purged, late, heard])).toEqual(order);
  });

  it('keeps nothing waiting for other mailboxes', () => {
    const [a, b] = [box(), box()];
    const [settingsOfA, settingsOfB, ofA, ofB] = [a.created(), b.created(), a.messageCreated(), b.messageCreated()];
    expect(idsOf([settingsOfA, ofA, settingsOfB, ofB])).toEqual([
      [settingsOfA.id, settingsOfB.id],
      [ofA.id, ofB.id],
    ]);
  });

  it('tells counts after what came before them where somebody looks at them', () => {
    const a = box();
    const [refused, room, own] = [a.refused(), a.counts(1), a.counts(2, newId())];
    expect(idsOf([refused, room, own])).toEqual([[refused.id], [room.id], [own.id]]);
  });
});

it('takes the purges of a mailbox that follow one another together, and nothing else', () => {
  const a = box();
  const purged = Array.from({ length: 4 }, () => a.messageDeleted(messageOf(a.messageCreated()), 'purged'));
  const [first, second, third, fourth] = purged.map((event) => ({ event, news: readNews(event) }));
  const [refused, settings] = [a.refused(), a.created()].map((event) => ({ event, news: readNews(event) }));
  if (!first || !second || !third || !fourth || !refused || !settings) throw new Error('no events');
  expect(runsOf([first, second, settings, refused, third, fourth])).toEqual([
    [first, second],
    [settings],
    [refused],
    [third, fourth],
  ]);
  expect(runsOf([])).toEqual([]);
});
