import { systemClock } from '@aftertone/kernel';
import { type Link, type LinkSecrets, readLink, readTicket, signTicket } from '@aftertone/platform';
import { linkRefusal } from './link-refusals.ts';
import type { Click, Heard, LinkRights } from './link-rights.ts';

/** Long enough to hear a message twice, short enough for an address that stays in a browser's history. */
const ticketMs = 600_000;

/** Links to recordings that e-mails hold: they never end by themselves, and give what their recipient may have now. */
export class Links {
  private readonly secrets: LinkSecrets;
  private readonly rights: Pick<LinkRights, 'message'>;

  constructor(secrets: LinkSecrets, rights: Pick<LinkRights, 'message'>) {
    this.secrets = secrets;
    this.rights = rights;
  }

  /**
   * A ticket to the recording. Throws `link-invalid`, `message-not-found`, `link-without-access`,
   * `message-without-audio`; all of them are not found.
   */
  async open(token: string, click: Click): Promise<string> {
    const link = readLink(this.secrets, token);
    if (link === undefined) throw linkRefusal('link-invalid');
    await this.heard(link, click);
    return signTicket(this.secrets, link, systemClock().getTime() + ticketMs);
  }

  /** The message with a recording that a ticket is for. Throws `link-expired` and what `open` throws. */
  async message(text: string, click: Click): Promise<Heard> {
    const ticket = readTicket(this.secrets, text);
    if (ticket === undefined) throw linkRefusal('link-invalid');
    if (ticket.until <= systemClock().getTime()) throw linkRefusal('link-expired');
    // Asked again, as a ticket may have been made before the rights went.
    return this.heard(ticket.link, click);
  }

  private async heard(link: Link, click: Click): Promise<Heard> {
    const heard = await this.rights.message(link, click);
    if (heard.message.content.type !== 'voice') throw linkRefusal('message-without-audio');
    return heard;
  }
}
