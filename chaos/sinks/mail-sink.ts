import { type ReceivedMail, type SmtpBehaviour, startSmtp, type TestSmtp } from '@aftertone/testing';
import type { Arrival } from './arrivals.ts';

const arrivalOf = ({ mail, accepted }: ReceivedMail): Arrival => ({
  id: mail.messageId?.replace(/^<([^@]*)@.*$/, '$1') ?? '',
  answer: accepted ? 'taken' : 'none',
});

/** A mail server that keeps what it takes, and misbehaves when told. */
export class MailSink {
  readonly #before: Arrival[] = [];
  readonly #url: string;
  #server: TestSmtp;
  #isOpen = true;

  private constructor(server: TestSmtp) {
    this.#server = server;
    this.#url = server.url;
  }

  static async start(): Promise<MailSink> {
    return new MailSink(await startSmtp());
  }

  get url(): string {
    return this.#url;
  }

  /** Every mail that was kept, whatever its sender was told; what it refused or threw away did not come. */
  get arrivals(): Arrival[] {
    return [...this.#before, ...this.#server.messages.map(arrivalOf)];
  }

  behave(next: SmtpBehaviour): void {
    this.#server.behave(next);
  }

  /** From now on connections are refused. */
  async shut(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await this.#server.close();
  }

  /** Takes mails again, at the same port. */
  async open(): Promise<void> {
    if (this.#isOpen) return;
    this.#before.push(...this.#server.messages.map(arrivalOf));
    this.#server = await startSmtp({ port: Number(new URL(this.#url).port) });
    this.#isOpen = true;
  }

  close(): Promise<void> {
    return this.shut();
  }
}
