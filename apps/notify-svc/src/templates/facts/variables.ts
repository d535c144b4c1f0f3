import type { QuotaUsed } from '../../deliveries/delivery.ts';
import { localTime, playingTime } from '../../email/when.ts';
import { wordsFor } from '../words/index.ts';
import type { Words } from '../words/words.ts';
import { asteriskVariables } from './asterisk.ts';
import { oneLine } from './clean.ts';
import type { MessageFacts, NoticeFacts } from './facts.ts';
import { kazooAccount, kazooVariables } from './kazoo.ts';
import { mailboxVariables, messageVariables } from './message-variables.ts';

/** What a template can name: objects of plain values, nothing with behaviour. */
export type Variables = Readonly<Record<string, unknown>>;

/** Sentences without gaps. */
const fixedWords = (words: Words): Variables =>
  Object.fromEntries(Object.entries(words).filter(([, word]) => typeof word === 'string'));

const ofMessage = (facts: NoticeFacts, message: MessageFacts, words: Words): Variables => {
  const { recipient, counts } = facts;
  const own = messageVariables(message, recipient, words);
  const { caller, mailbox } = own;
  return {
    ...own,
    ...asteriskVariables(own, counts?.new ?? null, words.unknownCaller),
    ...kazooVariables(message, own, recipient),
    words: {
      ...fixedWords(words),
      newMessage: words.newMessage(caller.text, mailbox.text),
      escalation: words.escalation(caller.text, mailbox.text),
    },
  };
};

const withWords = (variables: Variables, words: Words, more: Variables): Variables => ({
  ...variables,
  words: { ...fixedWords(words), ...more },
});

const fullReason = ({ limit, messages, maxSeconds }: QuotaUsed, words: Words): string =>
  limit === 'messages'
    ? words.mailboxFullReason(messages)
    : words.mailboxFullLength(maxSeconds === null ? null : playingTime(maxSeconds * 1000));

const ofKind = (facts: NoticeFacts, words: Words): Variables => {
  const { recipient } = facts;
  switch (facts.kind) {
    case 'email':
    case 'text':
    case 'sms':
    case 'fax':
      return ofMessage(facts, facts.message, words);
    case 'escalation': {
      const { step, of } = facts.escalation;
      const reason = words.escalationReason(step, of);
      return { ...ofMessage(facts, facts.message, words), escalation: { step, of, reason } };
    }
    case 'digest': {
      const messages = facts.messages.map((message) => messageVariables(message, recipient, words));
      return withWords({ messages, count: messages.length }, words, {
        newMessages: words.newMessages(messages.length),
      });
    }
    case 'mailbox-full': {
      const { quota } = facts;
      const mailbox = mailboxVariables(facts.mailbox);
      const { name, number } = mailbox;
      const { messages: message_count, maxMessages: max_messages } = quota;
      // KAZOO's `voicemail_full`.
      const voicemail = { name, number, mailbox: number, max_messages, message_count };
      return withWords({ mailbox, quota, voicemail, VM_NAME: name, VM_MAILBOX: number }, words, {
        mailboxFull: words.mailboxFull(mailbox.text),
        mailboxFullReason: fullReason(quota, words),
      });
    }
    case 'webhook-paused': {
      const { failures, since } = facts.webhook;
      const name = oneLine(facts.webhook.name);
      const [url, detail] = [oneLine(facts.webhook.url), oneLine(facts.webhook.detail)];
      const sinceDate = localTime(since, recipient);
      return withWords({ webhook: { name, url, failures, since, sinceDate, detail } }, words, {
        webhookPaused: words.webhookPaused(name),
        webhookPausedReason: words.webhookPausedReason(failures, sinceDate),
      });
    }
    case 'external-failed': {
      const { receivedAt } = facts.external;
      const mailbox = mailboxVariables(facts.mailbox);
      const [address, detail] = [oneLine(facts.external.address), oneLine(facts.external.detail)];
      const receivedDate = localTime(receivedAt, recipient);
      return withWords({ mailbox, external: { address, detail, receivedAt, receivedDate } }, words, {
        externalFailed: words.externalFailed(mailbox.text),
        externalFailedReason: words.externalFailedReason(receivedDate, address),
      });
    }
  }
};

/** Everything that a template can name in a notice, cleaned of what could begin another line or turn its direction. */
export const variablesOf = (facts: NoticeFacts): Variables => {
  const { recipient, counts } = facts;
  const tenantName = facts.tenantName ? oneLine(facts.tenantName) : null;
  const { name, email, language, timezone } = recipient;
  return {
    recipient: { name: name ? oneLine(name) : null, email: email ?? null, language, timezone },
    tenant: { name: tenantName },
    counts: { new: counts?.new ?? null, saved: counts?.saved ?? null },
    ...kazooAccount(recipient, tenantName),
    ...ofKind(facts, wordsFor(language)),
  };
};
