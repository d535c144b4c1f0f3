import { eventStreamName, eventSubject, mailboxPath } from '@aftertone/contracts';
import { waitFor } from '@aftertone/local';
import type { NatsConnection } from '@nats-io/transport-node';
import { deadLetters } from '../books/dead-letters.ts';
import { rows } from '../books/rows.ts';
import { CELL, connectAsAdmin } from '../bus/connect-as-admin.ts';
import { untilGiven } from '../bus/until-given.ts';
import { BUGGY_NAME, breakNotify } from '../faults/bug.ts';
import { poisonCalls, wickedCalls } from '../faults/nonsense.ts';
import { operator } from '../faults/operator.ts';
import { poisonStream } from '../faults/poison.ts';
import { killAll, untilReady } from '../faults/services.ts';
import type { Installation } from '../installation/installation.ts';
import type { Injection, Scenario } from '../scenario.ts';

const TIMES = [0.2, 0.5, 0.8];
/**
 * From when a consumer is given the poison: its five attempts take some seconds, and under load each waits behind what came
 * before it. As long as everything may take to settle.
 */
const LETTER_MS = 180_000;
/** Those who read what the poison is among. */
const READER = 'notify-mailboxes';
const READERS = [READER, 'media-mailboxes'];

/** Events and calls that make no sense, or break what handles them: refused with a reason, and what comes after is handled. */
export const poison: Scenario = {
  name: 'poison',
  title: 'poison events and calls',
  async inject(injection) {
    const { field, load, note } = injection;
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
      note('calls that break their handlers');
      const pids = installation.replicas.map(({ pid }) => pid);
      unanswered.push(...(await wickedCalls(connection, tenantId, mailboxIds[0] ?? '')));
      if (unanswered.length > 0) throw new Error(`not refused:\n${unanswered.join('\n')}`);
      await mendedLetter(injection, connection);
      const ended = installation.replicas.filter(({ pid }, n) => pid !== pids[n]);
      if (ended.length > 0) throw new Error(`ended by a call or an event: ${ended.map(({ name }) => name)}`);
      if (load.ledger.refused.length > 0) throw new Error(`others were refused: ${load.ledger.refused}`);
      await load.end();
      // The next relay finds poison at the end of its stream.
      await poisonEvents();
      const relays = installation.allOf('mailbox');
      killAll(relays, note);
      await untilReady(relays);
      await load.leaveOne();
    } finally {
      await connection.close();
    }
    await untilInLetters(installation, letters);
  },
};

/** An event that a bug has made a dead letter is handled by the operator's command once the bug is mended. */
async function mendedLetter(
  { field: { installation, api, tenantId, mailboxIds }, note }: Injection,
  connection: NatsConnection,
): Promise<void> {
  const [mailboxId = ''] = mailboxIds;
  const healed = note('an event that a bug cannot handle');
  const mend = await breakNotify(installation);
  const before = new Set((await deadLetters(installation)).map(({ id }) => id));
  await api.must('PATCH', `/v1/mailboxes/${mailboxId}`, { name: BUGGY_NAME });
  const find = async () =>
    (await deadLetters(installation)).find(
      ({ id, consumer, eventType }) => !before.has(id) && consumer === READER && eventType === 'mailbox_updated',
    );
  const subject = eventSubject(tenantId, mailboxPath(mailboxId, 'settings', 'updated'));
  const event = { stream: eventStreamName(CELL, 'mailbox'), durable: READER, subject, text: BUGGY_NAME };
  await untilGiven(connection, event, LETTER_MS);
  const letter = await waitFor('its dead letter', find, { timeoutMs: LETTER_MS });
  healed();
  await mend();
  const told = await operator(installation, 'dead-letters', 'replay', letter?.id ?? '');
  if (!told.includes('1 of 1 replayed')) throw new Error(`the dead letter was not replayed: ${told}`);
  const [known] = await rows<{ name: string }>(installation, 'notify', 'SELECT name FROM known_mailbox WHERE id = $1', [
    mailboxId,
  ]);
  if (known?.name !== BUGGY_NAME) throw new Error(`replayed, and notify-svc still knows it as ${known?.name}`);
}

/** Each with a reason, for each of its readers, and the operator is shown all of them. */
async function untilInLetters(installation: Installation, names: readonly string[]): Promise<void> {
  const missing = async (): Promise<string[]> => {
    const letters = await deadLetters(installation);
    const known = new Set(letters.filter(({ reason }) => reason !== '').map((one) => `${one.consumer} ${one.eventId}`));
    return READERS.flatMap((reader) => names.map((name) => `${reader} ${name}`)).filter((one) => !known.has(one));
  };
  await waitFor('a dead letter for each', async () => (await missing()).length === 0, { timeoutMs: LETTER_MS }).catch(
    async () => {
      throw new Error(`no dead letter: ${(await missing()).join(', ')}`);
    },
  );
  const list = await operator(installation, 'dead-letters', 'list');
  const unseen = (await deadLetters(installation)).filter(({ id }) => !list.includes(id));
  if (unseen.length > 0) throw new Error(`the operator is not shown ${unseen.map(({ id }) => id).join(', ')}`);
}
