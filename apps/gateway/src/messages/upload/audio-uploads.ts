import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { newId } from '@aftertone/kernel';
import type { Cells } from '../../cells/cells.ts';
import type { Caller } from '../../http/service-calls.ts';
import type { StoredAudio } from '../media/stored-audio.ts';
import { receive, type Upload } from './receive.ts';
import type { UploadShares } from './upload-shares.ts';

export interface AudioUploadsParts {
  cells: Pick<Cells, 'of'>;
  shares: UploadShares;
  /** An upload that sends nothing for so long is cut off, milliseconds. */
  stallMs: number;
}

/** What its sender says of the body, of which the audio is a part. */
const sizeOf = ({ headers }: IncomingMessage): number | undefined =>
  headers['content-length'] === undefined ? undefined : Number(headers['content-length']);

/** What media-svc says of stored audio, as commands take it. */
export const voiceOf = ({ storedAt, ...facts }: StoredAudio) => ({
  voice: { type: 'voice' as const, ...facts },
  storedAt,
});

/** Takes audio to media-svc while it arrives. What nothing refers to in the end goes by itself. */
export class AudioUploads {
  private readonly parts: AudioUploadsParts;

  constructor(parts: AudioUploadsParts) {
    this.parts = parts;
  }

  /** All of it is one turn: who has uploaded and waits for its owner is no more at a time than who uploads. */
  inTurn<T>(upload: IncomingMessage, { session }: Caller, work: () => Promise<T>): Promise<T> {
    return this.parts.shares.within(session.userId, upload, work);
  }

  /** @throws DomainError `upload-cut-off`, `upload-stalled`, or what `work` throws */
  receive<T>(upload: Upload, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return receive(upload, this.parts.stallMs, work);
  }

  /** The body is the audio. `maxSeconds`: null is no limit. */
  take(upload: IncomingMessage, maxSeconds: number | null, caller: Caller): Promise<StoredAudio> {
    return this.receive(upload, (signal) => this.store(upload, { upload, maxSeconds, signal }, caller));
  }

  /** `audio`: the body of the upload, or a part of it. */
  store(
    audio: Readable,
    { upload, maxSeconds, signal }: { upload: IncomingMessage; maxSeconds: number | null; signal: AbortSignal },
    { session, correlationId }: Caller,
  ): Promise<StoredAudio> {
    const target = { tenantId: session.tenantId, mediaId: newId(), correlationId, maxSeconds };
    return this.parts.cells.of(session.cell).media.store(target, audio, signal, sizeOf(upload));
  }
}
