import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { type MessageItem, mailboxCommands, mailboxQueries } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import type { Cells } from '../cells/cells.ts';
import type { Caller, ServiceCalls } from '../http/service-calls.ts';
import { DepositHints } from './deposit-hints.ts';
import { idempotencyOf } from './idempotency.ts';
import type { StoredAudio } from './media/stored-audio.ts';
import { readDepositForm } from './upload/deposit-form.ts';
import { receive, type Upload } from './upload/receive.ts';
import type { UploadShares } from './upload/upload-shares.ts';

export interface DepositsParts {
  calls: ServiceCalls;
  cells: Pick<Cells, 'of'>;
  shares: UploadShares;
  /** An upload that sends nothing for so long is cut off, milliseconds. */
  stallMs: number;
}

export interface DepositRequest {
  mailboxId: string;
  /** The multipart body, not read yet. */
  upload: IncomingMessage;
  idempotencyKey: string | undefined;
}

export interface AttachRequest {
  messageId: string;
  /** The audio itself, not read yet. */
  upload: IncomingMessage;
  ifVersion: number | undefined;
}

const route = 'depositMessage';

/** What its sender says of the body, of which the audio is a part. */
const sizeOf = ({ headers }: IncomingMessage): number | undefined =>
  headers['content-length'] === undefined ? undefined : Number(headers['content-length']);

const voiceOf = ({ storedAt, ...facts }: StoredAudio) => ({ voice: { type: 'voice' as const, ...facts }, storedAt });

/**
 * Takes messages: the audio goes to media-svc while it arrives, then mailbox-svc is told.
 *
 * A full box is uploaded to all the same: it may have room again when the audio has arrived, and only mailbox-svc may
 * refuse, with the event that says so. Audio that no message refers to goes by itself.
 */
export class Deposits {
  private readonly parts: DepositsParts;
  private readonly hints: DepositHints;

  constructor(parts: DepositsParts) {
    this.parts = parts;
    this.hints = new DepositHints(parts.calls);
  }

  deposit({ mailboxId, upload, idempotencyKey }: DepositRequest, caller: Caller): Promise<MessageItem> {
    return this.inTurn(upload, caller, async () => {
      // Before the first byte is taken: may this caller leave anything here?
      const hint = await this.hints.of(mailboxId, caller);
      const { metadata, audio } = await this.receive(upload, (signal) =>
        readDepositForm(upload, (part) =>
          this.store({ audio: part, size: sizeOf(upload) }, hint.maxMessageSeconds, caller, signal),
        ),
      );
      const asked = { mailboxId, metadata, audio: audio?.sha256 ?? null };
      const key = idempotencyOf(route, idempotencyKey, asked);
      const voice = audio === undefined ? {} : voiceOf(audio);
      const command = { mailboxId, messageId: newId(), metadata, ...voice };
      return this.parts.calls.send(mailboxCommands.depositMessage, command, caller, key);
    });
  }

  attach({ messageId, upload, ifVersion }: AttachRequest, caller: Caller): Promise<MessageItem> {
    const { calls } = this.parts;
    return this.inTurn(upload, caller, async () => {
      const { mailboxId } = await calls.send(mailboxQueries.getMessage, { id: messageId }, caller);
      const { maxMessageSeconds } = await this.hints.of(mailboxId, caller);
      const audio = await this.receive(upload, (signal) =>
        this.store({ audio: upload, size: sizeOf(upload) }, maxMessageSeconds, caller, signal),
      );
      return calls.send(mailboxCommands.attachAudio, { id: messageId, ...voiceOf(audio), ifVersion }, caller);
    });
  }

  /** All of it is one turn: who has uploaded and waits for mailbox-svc is no more at a time than who uploads. */
  private inTurn<T>(upload: IncomingMessage, { session }: Caller, work: () => Promise<T>): Promise<T> {
    return this.parts.shares.within(session.userId, upload, work);
  }

  private receive<T>(upload: Upload, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return receive(upload, this.parts.stallMs, work);
  }

  private store(
    { audio, size }: { audio: Readable; size: number | undefined },
    maxSeconds: number | null,
    { session, correlationId }: Caller,
    signal: AbortSignal,
  ): Promise<StoredAudio> {
    const target = { tenantId: session.tenantId, mediaId: newId(), correlationId, maxSeconds };
    return this.parts.cells.of(session.cell).media.store(target, audio, signal, size);
  }
}
