import type { IncomingMessage } from 'node:http';
import { type Greeting, type GreetingKind, mailboxCommands, mailboxQueries } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import type { Caller, ServiceCalls } from '../http/service-calls.ts';
import { voiceOf } from '../messages/media/stored-audio.ts';
import type { Uploads } from '../messages/upload/uploads.ts';

export interface GreetingUploadsParts {
  calls: ServiceCalls;
  uploads: Uploads;
  /** Longest greeting. */
  maxSeconds: number;
}

export interface GreetingRequest {
  mailboxId: string;
  kind: GreetingKind;
  /** The audio itself, not read yet. */
  upload: IncomingMessage;
  ifVersion: number | undefined;
}

/** Takes greetings: the audio goes to media-svc while it arrives, then mailbox-svc is told. */
export class GreetingUploads {
  private readonly parts: GreetingUploadsParts;

  constructor(parts: GreetingUploadsParts) {
    this.parts = parts;
  }

  record({ mailboxId: id, kind, upload, ifVersion }: GreetingRequest, caller: Caller): Promise<Greeting> {
    const { calls, uploads, maxSeconds } = this.parts;
    return uploads.inTurn(upload, caller, async () => {
      // Before the first byte is taken.
      await calls.send(mailboxQueries.requireRight, { id, right: 'greetings' }, caller);
      const audio = await uploads.take(upload, maxSeconds, caller);
      const command = { id, kind, recordingId: newId(), ...voiceOf(audio), ifVersion };
      return calls.send(mailboxCommands.recordGreeting, command, caller);
    });
  }
}
