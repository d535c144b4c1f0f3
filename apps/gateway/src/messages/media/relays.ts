import type { Writable } from 'node:stream';
import type { AudioAnswer } from './media-client.ts';
import { mediaUnavailable } from './media-refusal.ts';
import { RelayConnection, type RelayOptions, TooSlow } from './relay-connection.ts';
import type { RelayHead } from './relay-head.ts';

/** Connections that wait for a next request. */
const mostFree = 32;
/** One ends after so many, so that replicas of media-svc that are new get their share. */
const requestsPerConnection = 500;

/** Passes audio from media-svc on to listeners. */
export class Relays {
  private readonly options: RelayOptions;
  private readonly open = new Set<RelayConnection>();
  private readonly free: RelayConnection[] = [];
  private isEnding = false;

  constructor(options: RelayOptions) {
    this.options = options;
  }

  /**
   * The answer to a GET, its body still to be sent; null where it is not simply played: then it is to be asked for by a
   * client that knows all of HTTP.
   *
   * @param headers values as Node's server read them: without ends of lines
   * @throws DomainError `service-unavailable`
   */
  async get(path: string, headers: Readonly<Record<string, string>>): Promise<AudioAnswer | null> {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const request = `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
    try {
      return await this.ask(request);
    } catch (error) {
      throw mediaUnavailable(error);
    }
  }

  close(): void {
    this.isEnding = true;
    for (const connection of this.open) connection.end();
  }

  private async ask(request: string): Promise<AudioAnswer | null> {
    const kept = this.free.pop();
    try {
      if (kept?.usable) return this.answer(kept, await kept.ask(request));
    } catch (error) {
      // It may have ended just when it was asked: who listens must not know of that.
      if (error instanceof TooSlow) throw error;
    }
    const connection = new RelayConnection(this.options, (ended) => this.forget(ended));
    this.open.add(connection);
    return this.answer(connection, await connection.ask(request));
  }

  private answer(connection: RelayConnection, head: RelayHead | null): AudioAnswer | null {
    if (head === null) return null;
    const { status, headers, bytes } = head;
    const sendTo = async (out: Writable): Promise<void> => {
      const isWhole = await connection.passOn(bytes, out);
      const mayStay = isWhole && !this.isEnding && this.free.length < mostFree;
      if (mayStay && connection.requests < requestsPerConnection) this.free.push(connection);
      else connection.end();
    };
    return { status, headers, body: { sendTo } };
  }

  private forget(connection: RelayConnection): void {
    this.open.delete(connection);
    const at = this.free.indexOf(connection);
    if (at >= 0) this.free.splice(at, 1);
  }
}
