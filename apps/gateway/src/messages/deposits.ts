import type { IncomingMessage } from 'node:http';
import { type MessageItem, mailboxCommands, mailboxQueries } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import type { Caller, ServiceCalls } from '../http/service-calls.ts';
import { DepositHints } from './deposit-hints.ts';
import { idempotencyOf } from './idempotency.ts';
import { type AudioUploads, voiceOf } from './upload/audio-uploads.ts';
import { readDepositForm } from './upload/deposit-form.ts';

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

/**
 * Takes messages: the audio goes to media-svc while it arrives, then mailbox-svc is told.
 *
 * A full box is uploaded to all the same: it may have room again when the audio has arrived, and only mailbox-svc may
 * refuse, with the event that says so.
 */
export class Deposits {
  private readonly calls: ServiceCalls;
  private readonly uploads: AudioUploads;
  private readonly hints: DepositHints;

  constructor(calls: ServiceCalls, uploads: AudioUploads) {
    this.calls = calls;
    this.uploads = uploads;
    this.hints = new DepositHints(calls);
  }

  deposit({ mailboxId, upload, idempotencyKey }: DepositRequest, caller: Caller): Promise<MessageItem> {
    return this.uploads.inTurn(upload, caller, async () => {
      // Before the first byte is taken: may this caller leave anything here?
      const { maxMessageSeconds: maxSeconds } = await this.hints.of(mailboxId, caller);
      const { metadata, audio } = await this.uploads.receive(upload, (signal) =>
        readDepositForm(upload, (part) => this.uploads.store(part, { upload, maxSeconds, signal }, caller)),
      );
      const asked = { mailboxId, metadata, audio: audio?.sha256 ?? null };
      const key = idempotencyOf(route, idempotencyKey, asked);
      const voice = audio === undefined ? {} : voiceOf(audio);
      const command = { mailboxId, messageId: newId(), metadata, ...voice };
      return this.calls.send(mailboxCommands.depositMessage, command, caller, key);
    });
  }

  attach({ messageId, upload, ifVersion }: AttachRequest, caller: Caller): Promise<MessageItem> {
    return this.uploads.inTurn(upload, caller, async () => {
      const { mailboxId } = await this.calls.send(mailboxQueries.getMessage, { id: messageId }, caller);
      const { maxMessageSeconds } = await this.hints.of(mailboxId, caller);
      const audio = await this.uploads.take(upload, maxMessageSeconds, caller);
      return this.calls.send(mailboxCommands.attachAudio, { id: messageId, ...voiceOf(audio), ifVersion }, caller);
    });
  }
}
