import type { IncomingMessage } from 'node:http';
import { type Greeting, type GreetingKind, mailboxCommands, mailboxQueries } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import type { Caller, ServiceCalls } from '../http/service-calls.ts';
import { type AudioUploads, voiceOf } from '../messages/upload/audio-uploads.ts';

export interface GreetingRequest {
  mailboxId: string;
  kind: GreetingKind;
  /** The audio itself, not read yet. */
  upload: IncomingMessage;
  ifVersion: number | undefined;
}

/** Takes greetings: the audio goes to media-svc while it arrives, then mailbox-svc is told. */
export class GreetingUploads {
  private readonly calls: ServiceCalls;
  private readonly uploads: AudioUploads;
  private readonly maxSeconds: number;

  constructor(calls: ServiceCalls, uploads: AudioUploads, maxSeconds: number) {
    this.calls = calls;
    this.uploads = uploads;
    this.maxSeconds = maxSeconds;
  }

  record({ mailboxId: id, kind, upload, ifVersion }: GreetingRequest, caller: Caller): Promise<Greeting> {
    return this.uploads.inTurn(upload, caller, async () => {
      // Before the first byte is taken.
      await this.calls.send(mailboxQueries.requireRight, { id, right: 'greetings' }, caller);
      const audio = await this.uploads.take(upload, this.maxSeconds, caller);
      const command = { id, kind, recordingId: newId(), ...voiceOf(audio), ifVersion };
      return this.calls.send(mailboxCommands.recordGreeting, command, caller);
    });
  }
}
