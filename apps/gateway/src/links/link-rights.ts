import { type MessageItem, mailboxQueries, requiredAccess } from '@aftertone/contracts';
import { DomainError } from '@aftertone/kernel';
import type { Link } from '@aftertone/platform';
import type { Authenticator } from '../access/authenticator.ts';
import type { Session } from '../access/session.ts';
import type { Caller, OwnCall, ServiceCalls } from '../http/service-calls.ts';
import type { Directory } from '../identity/directory.ts';
import type { TenantsQuery } from '../identity/tenants/tenants.query.ts';
import { audioRoutes } from '../messages/audio.routes.ts';
import { linkRefusal } from './link-refusals.ts';

interface LinkRightsParts {
  calls: ServiceCalls;
  authenticator: Pick<Authenticator, 'owners'>;
  tenants: Pick<TenantsQuery, 'read'>;
  directory: Pick<Directory, 'cellOf'>;
}

/** What a link leads to, and the cell of its tenant: null is the gateway's own. */
export interface Heard {
  message: MessageItem;
  cell: string | null;
}

/** The request in which a link is clicked. */
export type Click = Pick<Caller, 'correlationId' | 'traceparent'>;

/** Codes by which mailbox-svc says that a message is not for the actor. */
const refused: ReadonlySet<string> = new Set(['message-not-found', 'right-required']);

const unlessRefused = (error: unknown): undefined => {
  if (error instanceof DomainError && refused.has(error.code)) return undefined;
  throw error;
};

/** What the recipient of a link may hear at this moment: nothing of it is kept. */
export class LinkRights {
  private readonly parts: LinkRightsParts;

  constructor(parts: LinkRightsParts) {
    this.parts = parts;
  }

  /**
   * The message of a link. Throws `message-not-found` when it is deleted or purged, `link-without-access` when it is
   * there and its recipient may not hear it.
   */
  async message({ tenantId, messageId, recipient }: Link, click: Click): Promise<Heard> {
    const { correlationId, traceparent } = click;
    const cell = await this.parts.directory.cellOf(tenantId);
    const own = { tenantId, cell, correlationId, traceparent };
    const found =
      'userId' in recipient
        ? await this.asUser(recipient.userId, messageId, own)
        : await this.asAddress(recipient.email, messageId, own);
    if (found !== undefined) return { message: found, cell };
    throw linkRefusal((await this.read(messageId, own)) === undefined ? 'message-not-found' : 'link-without-access');
  }

  /** With the rights that a token of the user would have. */
  private async asUser(userId: string, id: string, own: OwnCall): Promise<MessageItem | undefined> {
    const session = await this.sessionOf(userId, own.tenantId);
    if (session === undefined || !session.allows(requiredAccess(audioRoutes.play.access ?? '', { id })))
      return undefined;
    return this.parts.calls.send(mailboxQueries.getMessage, { id }, { ...own, session }).catch(unlessRefused);
  }

  private async sessionOf(userId: string, tenantId: string): Promise<Session | undefined> {
    const owner = { homeTenantId: tenantId, ownerId: userId, tenantId };
    const [session] = await this.parts.authenticator.owners([owner]);
    return session?.kind === 'user' ? session : undefined;
  }

  /** While the message is in a mailbox that tells this address. */
  private async asAddress(email: string, id: string, own: OwnCall): Promise<MessageItem | undefined> {
    const message = await this.read(id, own);
    if (message === undefined) return undefined;
    const told = await this.addressesOf(message.mailboxId, own);
    return told.some((address) => address.toLowerCase() === email.toLowerCase()) ? message : undefined;
  }

  /** Whom a mailbox tells by e-mail: of every message, and of those that nobody cares for. */
  private async addressesOf(id: string, own: OwnCall): Promise<string[]> {
    const { notify } = await this.parts.calls.sendAsGateway(mailboxQueries.getMailbox, { id }, own);
    const escalation =
      notify.escalation ?? (await this.parts.tenants.read(own.tenantId, own.tenantId)).notify.escalation;
    return [...notify.email.to, ...(escalation?.steps ?? []).flatMap((step) => step.email)];
  }

  private read(id: string, own: OwnCall): Promise<MessageItem | undefined> {
    return this.parts.calls.sendAsGateway(mailboxQueries.getMessage, { id }, own).catch(unlessRefused);
  }
}
