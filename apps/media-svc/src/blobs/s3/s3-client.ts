import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { BlobContent, ByteRange, SignedAnswer } from '../blob-store.ts';
import type { ObjectClient, OpenedObject, StoredObject } from '../remote/object-client.ts';
import type { Refusal } from '../storage-fault.ts';
import { type S3Settings, s3Configuration } from './s3-settings.ts';

const partBytes = 5 * 1024 * 1024;
const contentType = 'application/octet-stream';
/** Each slow listener keeps one connection, and what its socket holds. */
const readersAtOnce = 2_000;

/**
 * A bucket of anything that speaks S3. Bodies are buffers, never streams: then the SDK signs their SHA-256, which every
 * server compares, while checksums in trailers are refused by most others than AWS.
 */
export class S3Objects implements ObjectClient {
  private readonly client: S3Client;
  /** Of its own: listeners who pause keep connections, and must not take those that recordings are stored over. */
  private readonly reader: S3Client;
  private readonly signer: S3Client;
  private readonly bucket: string;

  constructor(settings: S3Settings) {
    this.client = new S3Client(s3Configuration(settings));
    this.reader = new S3Client(s3Configuration(settings, readersAtOnce));
    this.signer = new S3Client(
      s3Configuration({ ...settings, endpoint: settings.public_endpoint ?? settings.endpoint }),
    );
    this.bucket = settings.bucket;
  }

  async putWhole(name: string, bytes: Buffer, abortSignal: AbortSignal): Promise<void> {
    const put = new PutObjectCommand({ ...this.at(name), Body: bytes, ContentType: contentType });
    await this.client.send(put, { abortSignal });
  }

  async putParts(name: string, content: BlobContent, signal: AbortSignal): Promise<void> {
    const params = { ...this.at(name), Body: Readable.from(content.read()), ContentType: contentType };
    const upload = new Upload({ client: this.client, params, partSize: partBytes, queueSize: 1 });
    const abort = (): void => void upload.abort();
    signal.addEventListener('abort', abort, { once: true });
    try {
      await upload.done();
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  async get(name: string, range: ByteRange | undefined, abortSignal: AbortSignal): Promise<OpenedObject> {
    const Range = range === undefined ? undefined : `bytes=${range.start}-${range.end}`;
    const { Body, ContentLength } = await this.reader.send(new GetObjectCommand({ ...this.at(name), Range }), {
      abortSignal,
    });
    if (!(Body instanceof Readable) || ContentLength === undefined) throw new Error('an answer without a body');
    return { stream: Body, bytes: ContentLength };
  }

  signedUrl(name: string, { contentType: type, disposition, seconds }: SignedAnswer): Promise<string> {
    const answer = { ResponseContentType: type, ResponseContentDisposition: disposition };
    return getSignedUrl(this.signer, new GetObjectCommand({ ...this.at(name), ...answer }), { expiresIn: seconds });
  }

  async size(name: string, abortSignal: AbortSignal): Promise<number | null> {
    try {
      const { ContentLength } = await this.client.send(new HeadObjectCommand(this.at(name)), { abortSignal });
      return ContentLength ?? 0;
    } catch (error) {
      if (this.refusalOf(error).status === 404) return null;
      throw error;
    }
  }

  async delete(name: string, abortSignal: AbortSignal): Promise<void> {
    await this.client.send(new DeleteObjectCommand(this.at(name)), { abortSignal });
  }

  async *list(Prefix: string): AsyncIterable<StoredObject> {
    for (let ContinuationToken: string | undefined; ; ) {
      const page = await this.client.send(new ListObjectsV2Command({ Bucket: this.bucket, Prefix, ContinuationToken }));
      for (const { Key: name, Size: bytes = 0, LastModified: storedAt } of page.Contents ?? []) {
        if (name !== undefined && storedAt !== undefined) yield { name, bytes, storedAt };
      }
      ContinuationToken = page.NextContinuationToken;
      if (ContinuationToken === undefined) return;
    }
  }

  async check(abortSignal: AbortSignal): Promise<void> {
    await this.client.send(new HeadBucketCommand({ Bucket: this.bucket }), { abortSignal });
  }

  /** Where uploads cannot be listed (Alibaba's OSS), a rule of the bucket has to end them. */
  async removeUnfinished(prefix: string, olderThan: Date, isOurs: (name: string) => boolean): Promise<number> {
    try {
      return await this.abortUploads(prefix, olderThan, isOurs);
    } catch (error) {
      if (this.refusalOf(error).status === 501) return 0;
      throw error;
    }
  }

  private async abortUploads(Prefix: string, olderThan: Date, isOurs: (name: string) => boolean): Promise<number> {
    let removed = 0;
    for (let markers = {}; ; ) {
      const page = await this.client.send(new ListMultipartUploadsCommand({ Bucket: this.bucket, Prefix, ...markers }));
      for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
        if (Key === undefined || UploadId === undefined || !isOurs(Key)) continue;
        if (Initiated === undefined || Initiated >= olderThan) continue;
        await this.client.send(new AbortMultipartUploadCommand({ ...this.at(Key), UploadId }));
        removed += 1;
      }
      if (page.IsTruncated !== true) return removed;
      markers = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
    }
  }

  refusalOf(error: unknown): Refusal {
    if (error instanceof S3ServiceException) return { status: error.$metadata.httpStatusCode, code: error.name };
    if (!(error instanceof Error)) return {};
    return { code: 'code' in error && typeof error.code === 'string' ? error.code : error.name };
  }

  close(): void {
    this.client.destroy();
    this.reader.destroy();
    this.signer.destroy();
  }

  private at(Key: string): { Bucket: string; Key: string } {
    return { Bucket: this.bucket, Key };
  }
}
