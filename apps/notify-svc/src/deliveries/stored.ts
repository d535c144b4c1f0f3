import type { Bounce, DeliveryFacts, MessageNotice, Recording } from './delivery.ts';

/** Facts as the first version stored them: e-mail about new messages was all there was. */
export type Facts1 = Omit<DeliveryFacts, 'purpose' | 'userId' | 'channel'> & { channel: 'email' };

/** A notice of the first version: written in the mailbox's language, its recording as it is. */
export interface Notice1
  extends Omit<MessageNotice, 'kind' | 'mailbox' | 'reader' | 'recording' | 'link' | 'escalation'> {
  mailbox: MessageNotice['mailbox'] & MessageNotice['reader'];
  recording: Omit<Recording, 'format'> | null;
}

const facts2 = (facts: Facts1): DeliveryFacts => ({ ...facts, purpose: 'message', userId: null });

const notice2 = ({ mailbox, recording, ...rest }: Notice1): MessageNotice => ({
  ...rest,
  kind: 'message',
  mailbox: { number: mailbox.number, name: mailbox.name },
  reader: { language: mailbox.language, timezone: mailbox.timezone },
  recording: recording && { ...recording, format: 'original' },
  link: false,
  escalation: null,
});

const sealed = ['caller', 'payload'];

/** `NotificationPlanned`: version 2 has other channels than e-mail. */
export const plannedCodec = {
  schemaVersion: 2,
  sealed,
  upcasters: [
    ({ facts, notice, ...rest }: { facts: Facts1; notice: Notice1 }) => ({
      ...rest,
      facts: facts2(facts),
      notice: notice2(notice),
    }),
  ],
};

/** How a delivery ended: the facts are in it, so that publishing needs no other event. */
export const endCodec = {
  schemaVersion: 2,
  upcasters: [({ facts, ...rest }: { facts: Facts1 }) => ({ ...rest, facts: facts2(facts) })],
};

/** What servers say may quote the caller. It was stored in clear at first, and is read so. */
const words = ['detail'];

export const attemptCodec = { schemaVersion: 1, sealed: words };
export const failedCodec = { ...endCodec, sealed: words };

/** Version 1 had the words within the bounce. */
export const bouncedCodec = {
  schemaVersion: 2,
  sealed: words,
  upcasters: [({ bounce: { detail, ...bounce }, ...rest }: { bounce: Bounce }) => ({ ...rest, bounce, detail })],
};
