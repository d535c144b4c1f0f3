import { type SmtpBehaviour, startSmtp, type TestSmtp } from '@aftertone/testing';
import type { Arrival } from './arrivals.ts';

/** A mail server that keeps what it takes, and misbehaves when told. */
export class MailSink {
  readonly #server: TestSmtp;

  private constructor(server: TestSmtp) {
    this.#server = server;
  }

  static async start(): Promise<MailSink> {
    return new MailSink(await startSmtp());
  }

  get url(): string {
    return this.#server.url;
  }

  /** Every mail of which the data came, except those that it said it refuses. */
  get arrivals(): Arrival[] {
    return this.#server.messages.map(({ mail, accepted }) => ({
      id: mail.messageId?.replace(/^<([^@]*)@.*$/, '$1') ?? '',
      accepted,
    }));
  }

  /** How many times the data of a mail came, taken or not. */
  get attempts(): number {
    return this.#server.attempts;
  }

  behave(next: SmtpBehaviour): void {
    this.#server.behave(next);
  }

  close(): Promise<void> {
    return this.#server.close();
  }
}
