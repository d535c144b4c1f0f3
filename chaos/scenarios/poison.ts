import { waitFor } from '@aftertone/local';
import { deadLetters } from '../books/leftovers.ts';
import { operator } from '../faults/operator.ts';
import { connectAsAdmin, poisonCalls, poisonStream } from '../faults/poison.ts';
import { killAll, untilReady } from '../faults/services.ts';
import type { Installation } from '../installation/installation.ts';
import type { Scenario } from '../scenario.ts';

const TIMES = [0.2, 0.5, 0.8];
/** Those who read what the poison is among. */
const READERS = ['notify-mailboxes', 'media-mailboxes'];

/** Events and calls that make no sense: refused with a reason, and what comes after them is handled. */
export const poison: Scenario = {
  name: 'poison',
  title: 'poison events and calls',
  async inject({ field, load, note }) {
    const { installation, tenantId, mailboxIds } = field;
    const connection = await connectAsAdmin(installation);
    const letters: string[] = [];
    const poisonEvents = async (): Promise<void> => {
      const put = await poisonStream(connection, tenantId, mailboxIds[0] ?? '');
      letters.push(...put.letters);
      for (const name of [...put.letters, ...put.ids]) field.poison.add(name);
      for (const _ of put.letters) note('poison event');
    };
    try {
      for (const share of TIMES) {
        await load.reached(share);
        await poisonEvents();
      }
      note('nonsense to every call');
      const unanswered = await poisonCalls(connection, tenantId);
      if (unanswered.length > 0) throw new Error(`not refused:\n${unanswered.join('\n')}`);
      await load.end();
      // The next relay finds poison at the end of its stream.
      await poisonEvents();
      const relays = installation.replicas.filter(({ service }) => service === 'mailbox');
      killAll(relays, note);
      await untilReady(relays);
      await load.leaveOne();
    } finally {
      await connection.close();
    }
    await untilInLetters(installation, letters);
  },
};

/** Each with a reason, for each of its readers, and the operator is shown all of them. */
async function untilInLetters(installation: Installation, names: readonly string[]): Promise<void> {
  const missing = async (): Promise<string[]> => {
    const letters = await deadLetters(installation);
    const known = new Set(letters.filter(({ reason }) => reason !== '').map((one) => `${one.consumer} ${one.eventId}`));
    return READERS.flatMap((reader) => names.map((name) => `${reader} ${name}`)).filter((one) => !known.has(one));
  };
  await waitFor('a dead letter for each', async () => (await missing()).length === 0, { timeoutMs: 60_000 }).catch(
    async () => {
      throw new Error(`no dead letter: ${(await missing()).join(', ')}`);
    },
  );
  const list = await operator(installation, 'dead-letters', 'list');
  const unseen = (await deadLetters(installation)).filter(({ id }) => !list.includes(id));
  if (unseen.length > 0) throw new Error(`the operator is not shown ${unseen.map(({ id }) => id).join(', ')}`);
}
