import type { Channel } from '@aftertone/contracts';
import { type LinkSecrets, linkUrl, signLink } from '@aftertone/platform';
import type { Pool } from 'pg';
import type { DeliveryFacts, MessageNotice, SystemNotice } from '../deliveries/delivery.ts';
import { KnownCounts } from '../known/known-counts.ts';
import { KnownTenants } from '../known/known-tenants.ts';
import { KnownUsers } from '../known/known-users.ts';
import type { Sending } from '../sending/channel.ts';
import type { OwnTemplate } from '../templates/render-notice.ts';
import { TemplatesOf } from '../templates/templates-of.ts';
import type { Words } from './mail.ts';
import { findReaderFacts, type ReaderFacts } from './reader-facts.ts';

/** Finds what an e-mail about a message says beside the message: by whose template, to whom, with which link. */
export type WordsFor = (sending: Sending, notice: MessageNotice) => Promise<Words>;

export interface LinkParts {
  /** Where links lead. */
  publicUrl: string;
  linkSecrets: LinkSecrets;
}

export interface WordsParts extends LinkParts {
  pool: Pool;
}

const kindOf = (channel: Channel): 'text' | 'email' => (channel === 'text' ? 'text' : 'email');

/**
 * The link asks, at the time when it is clicked, for the rights of the user who is told as such, else whether the address
 * is still named: also a user's, who need not have any rights to be told by whoever names it.
 */
export const linkFor = (
  { publicUrl, linkSecrets }: LinkParts,
  tenantId: string,
  { messageId, userId, recipient, named }: DeliveryFacts,
): string | null => {
  if (messageId === null) return null;
  const to = userId === null || named !== undefined ? { email: recipient } : { userId };
  return linkUrl(publicUrl, signLink(linkSecrets, { tenantId, messageId, recipient: to }));
};

export const findWords = (parts: WordsParts): WordsFor => {
  const templates = new TemplatesOf(parts.pool);
  const users = new KnownUsers(parts.pool);
  const tenants = new KnownTenants(parts.pool);
  const known = new KnownCounts(parts.pool);
  return async ({ tenantId, delivery: { facts } }, notice) => {
    const { userId, mailboxId, recipient } = facts;
    const kind = kindOf(facts.channel);
    const escalates = kind === 'email' && notice.escalation !== null;
    const [own, tenant, [user], counts] = await Promise.all([
      templates.find(tenantId, { kind: escalates ? 'escalation' : kind, language: notice.reader.language }),
      tenants.find(tenantId),
      userId === null ? [] : users.byId(tenantId, [userId]),
      mailboxId === null ? null : known.find({ tenantId, mailboxId }),
    ]);
    return {
      ...(!escalates && { kind }),
      templates: own,
      details: {
        messageId: facts.messageId ?? '',
        link: notice.link ? linkFor(parts, tenantId, facts) : null,
        name: user?.name ?? null,
        address: recipient,
        tenantName: tenant.name === '' ? null : tenant.name,
        counts: counts && { new: counts.new, saved: counts.saved + counts.heard },
      },
    };
  };
};

/** Finds by whose template a notice about our own work is written. */
export type SystemWordsFor = (
  sending: Pick<Sending, 'tenantId' | 'delivery'>,
  notice: SystemNotice,
) => Promise<{ templates: readonly OwnTemplate[]; about: ReaderFacts }>;

export const findSystemWords = (pool: Pool): SystemWordsFor => {
  const templates = new TemplatesOf(pool);
  const readerFacts = findReaderFacts(pool);
  return async ({ tenantId, delivery: { facts } }, { template: kind, reader }) => {
    const { userId, recipient, mailboxId } = facts;
    const mailboxIds = mailboxId === null ? [] : [mailboxId];
    const [own, about] = await Promise.all([
      templates.find(tenantId, { kind, language: reader.language }),
      readerFacts({ tenantId, userId, recipient, mailboxIds }),
    ]);
    return { templates: own, about };
  };
};
