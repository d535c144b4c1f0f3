import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { newId } from '@aftertone/kernel';
import type { Cells } from '../../cells/cells.ts';
import type { Caller } from '../../http/service-calls.ts';
import type { StoredAudio } from '../media/stored-audio.ts';
import { receive } from './receive.ts';
import type { UploadShares } from './upload-shares.ts';

export interface UploadsParts {
  cells: Pick<Cells, 'of'>;
  shares: UploadShares;
  /** An upload that sends nothing for so long is cut off, milliseconds. */
  stallMs: number;
}

/** Audio on its way through a request. */
export interface AudioPart {
  audio: Readable;
  /** Bytes at most; undefined when nobody knows. */
  size: number | undefined;
  /** Longest recording; null is no limit. */
  maxSeconds: number | null;
}

/** What its sender says of the body, of which the audio is a part. */
export const sizeOf = ({ headers }: Pick<IncomingMessage, 'headers'>): number | undefined =>
  headers['content-length'] === undefined ? undefined : Number(headers['content-length']);

/** Takes audio to media-svc while it arrives. Audio that nothing refers to in the end goes by itself. */
export class Uploads {
  private readonly parts: UploadsParts;

  constructor(parts: UploadsParts) {
    this.parts = parts;
  }

  /** All of `work` is one turn: who has uploaded and waits for another service is no more at a time than who uploads. */
  inTurn<T>(upload: IncomingMessage, { session }: Caller, work: () => Promise<T>): Promise<T> {
    return this.parts.shares.within(session.userId, upload, work);
  }

  /** Throws `upload-cut-off`, `upload-stalled`, or what `work` throws. */
  receive<T>(upload: IncomingMessage, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return receive(upload, this.parts.stallMs, work);
  }

  /** The body is the audio. `maxSeconds`: null is no limit. Throws as `receive` and `store`. */
  take(upload: IncomingMessage, maxSeconds: number | null, caller: Caller): Promise<StoredAudio> {
    return this.receive(upload, (signal) =>
      this.store({ audio: upload, size: sizeOf(upload), maxSeconds }, caller, signal),
    );
  }

  /** Under an id of its own. Throws media-svc's refusals. */
  store(
    { audio, size, maxSeconds }: AudioPart,
    { session, correlationId }: Caller,
    signal: AbortSignal,
  ): Promise<StoredAudio> {
    const target = { tenantId: session.tenantId, mediaId: newId(), correlationId, maxSeconds };
    return this.parts.cells.of(session.cell).media.store(target, audio, signal, size);
  }
}
