import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ApiError, type Bucket, type File, IdempotencyStrategy, Storage } from '@google-cloud/storage';
import type { BlobContent, ByteRange, SignedAnswer } from '../blob-store.ts';
import type { ObjectClient, OpenedObject, StoredObject } from '../remote/object-client.ts';
import type { Refusal } from '../storage-fault.ts';
import type { GcpSettings } from './gcp-settings.ts';

const contentType = 'application/octet-stream';
const chunkSize = 8 * 1024 * 1024;

// Three pipelines of the SDK go through the body of each answer, a `PassThrough` that nobody else gets hold of: eleven listeners
// of an event. Node takes more than ten for a leak and says so of every recording that is read; two more still are one.
PassThrough.prototype.setMaxListeners(12);

/** A bucket of Google Cloud Storage. */
export class GcpObjects implements ObjectClient {
  private readonly bucket: Bucket;
  private readonly maySign: boolean;

  constructor({ bucket, secret_key: credentials, endpoint }: GcpSettings) {
    const storage = new Storage({
      ...(credentials === undefined ? {} : { credentials, useAuthWithCustomEndpoint: true }),
      ...(endpoint === undefined ? {} : { apiEndpoint: endpoint, projectId: 'none' }),
      retryOptions: {
        autoRetry: true,
        maxRetries: 2,
        maxRetryDelay: 2,
        totalTimeout: 60,
        // Names are hashes: the same bytes may be written twice.
        idempotencyStrategy: IdempotencyStrategy.RetryAlways,
      },
    });
    this.bucket = storage.bucket(bucket);
    this.maySign = credentials !== undefined || endpoint === undefined;
  }

  async putWhole(name: string, bytes: Buffer, signal: AbortSignal): Promise<void> {
    const target = this.file(name).createWriteStream({ resumable: false, validation: 'crc32c', contentType });
    await pipeline([bytes], target, { signal });
  }

  async putParts(name: string, content: BlobContent, signal: AbortSignal): Promise<void> {
    const options = { resumable: true, validation: 'crc32c', contentType, chunkSize };
    await pipeline(content.read(), this.file(name).createWriteStream(options), { signal });
  }

  async get(name: string, range: ByteRange | undefined, signal: AbortSignal): Promise<OpenedObject> {
    const file = this.file(name);
    // A listener who leaves would take the connections of all others along: the SDK ends the agent that they share.
    file.interceptors.push({ request: (options) => Object.assign({ uri: '' }, options, { forever: false }) });
    const stream = file.createReadStream({ ...range, validation: false, decompress: false });
    signal.addEventListener('abort', () => stream.destroy(new Error('given up')), { once: true });
    const answering = answerOf(stream);
    // The SDK asks as soon as somebody reads.
    stream.read(0);
    const answer = await answering;
    return { stream, bytes: lengthOf(answer) };
  }

  /** With the platform's identity Google signs for us, if that identity may ask it to. */
  async signedUrl(
    name: string,
    { contentType: responseType, disposition, seconds }: SignedAnswer,
  ): Promise<string | null> {
    if (!this.maySign) return null;
    const [url] = await this.file(name).getSignedUrl({
      version: 'v4',
      action: 'read',
      expires: Date.now() + seconds * 1_000,
      responseType,
      ...(disposition === undefined ? {} : { responseDisposition: disposition }),
    });
    return url;
  }

  async size(name: string): Promise<number | null> {
    try {
      const [{ size }] = await this.file(name).getMetadata();
      return Number(size ?? 0);
    } catch (error) {
      if (this.refusalOf(error).status === 404) return null;
      throw error;
    }
  }

  async delete(name: string): Promise<void> {
    await this.file(name).delete({ ignoreNotFound: true });
  }

  async *list(prefix: string): AsyncIterable<StoredObject> {
    for (let pageToken: string | undefined; ; ) {
      const query = { prefix, autoPaginate: false, maxResults: 1_000, ...(pageToken && { pageToken }) };
      const [files, next] = await this.bucket.getFiles(query);
      for (const { name, metadata } of files) {
        yield { name, bytes: Number(metadata.size ?? 0), storedAt: new Date(metadata.updated ?? Date.now()) };
      }
      pageToken = next === null ? undefined : (next as { pageToken?: string }).pageToken;
      if (pageToken === undefined) return;
    }
  }

  /** By listing: reading the bucket itself needs a right that a writer of objects does not have. */
  async check(): Promise<void> {
    await this.bucket.getFiles({ autoPaginate: false, maxResults: 1 });
  }

  /** Google forgets unfinished uploads after a week. */
  async removeUnfinished(): Promise<number> {
    return 0;
  }

  refusalOf(error: unknown): Refusal {
    if (error instanceof ApiError) return { status: error.code, code: error.errors?.[0]?.reason };
    if (!(error instanceof Error)) return {};
    const { code } = error as { code?: unknown };
    if (typeof code === 'number') return { status: code };
    return { code: typeof code === 'string' ? code : error.name };
  }

  close(): void {
    // Connections are the SDK's, and end by themselves.
  }

  private file(name: string): File {
    return this.bucket.file(name);
  }
}

interface AnswerHead {
  statusCode: number;
  headers: Headers | Record<string, string>;
}

/** The head of a good answer. A refusal comes as an error once its text was read. */
const answerOf = (stream: Readable): Promise<AnswerHead> =>
  new Promise((resolve, reject) => {
    stream.once('error', reject);
    stream.once('response', (answer: AnswerHead) => {
      if (answer.statusCode < 400) resolve(answer);
    });
  });

const lengthOf = ({ headers }: AnswerHead): number => {
  const length = headers instanceof Headers ? headers.get('content-length') : headers['content-length'];
  if (length === null || length === undefined) throw new Error('an answer without a length');
  return Number(length);
};
