import type { SendMailOptions } from 'nodemailer';
import type { MessageNotice } from '../deliveries/delivery.ts';
import { uuidOf } from '../deliveries/delivery-id.ts';
import { handOver } from '../email/hand-over.ts';
import { messageIdOf } from '../email/mail.ts';
import type { Mailer } from '../email/mailer.ts';
import type { FindReaderFacts, ReaderFacts } from '../email/reader-facts.ts';
import { type LinkParts, linkFor } from '../email/words-for.ts';
import type { Sending, SendTogether } from '../sending/channel.ts';
import { callerTexts } from '../sms/notice-facts.ts';
import type { MessageFacts } from '../templates/facts/facts.ts';
import { type OwnTemplate, renderNotice } from '../templates/render-notice.ts';
import type { TemplatesOf } from '../templates/templates-of.ts';

export interface DigestParts {
  mailer: Pick<Mailer, 'send'>;
  /** Sender, `voicemail@example.com` or `Voicemail <voicemail@example.com>`. */
  from: string;
  templates: Pick<TemplatesOf, 'find'>;
  links: LinkParts;
  readerFacts: FindReaderFacts;
}

interface Told {
  sending: Sending;
  notice: MessageNotice;
}

const nobody = { callerNumber: null, callerName: null, calledNumber: null };

/** In the order in which the messages came. */
const inOrder = (sendings: readonly Sending[]): [Told, ...Told[]] => {
  const told = sendings.flatMap((sending): Told[] => {
    const { notice } = sending.delivery;
    return notice.kind === 'message' ? [{ sending, notice }] : [];
  });
  const key = ({ sending, notice }: Told): string => notice.receivedAt + sending.deliveryId;
  const [first, ...rest] = told.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
  if (first === undefined || told.length < sendings.length) throw new Error('a digest is about messages');
  return [first, ...rest];
};

/** Always the same for a set of deliveries: a digest that was sent twice can be recognised. */
export const digestId = (deliveryIds: readonly string[]): string =>
  uuidOf(JSON.stringify(['digest', ...deliveryIds.toSorted()]));

const messageFacts = ({ sending, notice }: Told, link: string | null): MessageFacts => {
  const { facts, caller = nobody } = sending.delivery;
  const { mailbox, receivedAt, durationMs, urgent, confidential } = notice;
  const about = { mailbox, receivedAt, durationMs, urgent, confidential };
  return { id: facts.messageId ?? '', ...about, caller, enclosure: 'not-wanted', link };
};

/** The counts are those of all mailboxes that the digest tells of. */
const aboutReader = ({ readerFacts }: DigestParts, told: DigestMail['told']): Promise<ReaderFacts> => {
  const [{ sending }] = told;
  const { userId, recipient } = sending.delivery.facts;
  const mailboxIds = new Set(told.map((one) => one.sending.delivery.facts.mailboxId).filter((id) => id !== null));
  return readerFacts({ tenantId: sending.tenantId, userId, recipient, mailboxIds: [...mailboxIds] });
};

interface DigestMail {
  told: readonly [Told, ...Told[]];
  own: readonly OwnTemplate[];
  about: ReaderFacts;
}

const composeDigest = ({ from, links }: DigestParts, { told, own, about: { name, ...known } }: DigestMail) => {
  const [{ sending, notice }] = told;
  const { recipient } = sending.delivery.facts;
  const linkOf = ({ sending: { tenantId, delivery }, notice: { link } }: Told): string | null =>
    link ? linkFor(links, tenantId, delivery.facts) : null;
  const messages = told.map((one) => messageFacts(one, linkOf(one)));
  const { reader } = notice;
  const { html, problem, ...letter } = renderNotice(own, {
    kind: 'digest',
    recipient: { ...reader, name, email: recipient },
    ...known,
    messages,
  });
  const id = digestId(told.map((one) => one.sending.deliveryId));
  const mail = {
    from,
    to: { name: '', address: recipient },
    ...letter,
    ...(html !== null && { html }),
    messageId: messageIdOf(id, from),
    headers: {
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'Content-Language': reader.language,
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  } satisfies SendMailOptions;
  return { mail, problem };
};

/** Sends e-mails of one person as one: a list of messages, without their recordings. */
export const sendDigest =
  (parts: DigestParts): SendTogether =>
  async (sendings, signal) => {
    const told = inOrder(sendings);
    const [{ sending, notice }] = told;
    const { language } = notice.reader;
    const own = await parts.templates.find(sending.tenantId, { kind: 'digest', language });
    const compose = async () => {
      const { mail, problem } = composeDigest(parts, { told, own, about: await aboutReader(parts, told) });
      return { ...mail, problem: `digest of ${told.length}${problem === undefined ? '' : `; ${problem}`}` };
    };
    const secrets = sendings.flatMap(({ delivery }) => callerTexts(delivery));
    const result = await handOver(parts.mailer, compose, { secrets, signal });
    return result.outcome === 'delivered' ? { ...result, withoutRecording: 'digest' } : result;
  };
