import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { DefaultAzureCredential } from '@azure/identity';
import {
  BlobSASPermissions,
  BlobServiceClient,
  type BlockBlobClient,
  type ContainerClient,
  RestError,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import type { BlobContent, ByteRange, SignedAnswer } from '../blob-store.ts';
import type { ObjectClient, OpenedObject, StoredObject } from '../remote/object-client.ts';
import type { Refusal } from '../storage-fault.ts';
import type { AzureSettings } from './azure-settings.ts';

const blockBytes = 5 * 1024 * 1024;
const headers = { blobContentType: 'application/octet-stream' };
const retryOptions = { maxTries: 3, tryTimeoutInMs: 30_000, retryDelayInMs: 100, maxRetryDelayInMs: 2_000 };

const md5 = (bytes: Buffer): Buffer => createHash('md5').update(bytes).digest();

/** A container of Azure Blob Storage. */
export class AzureObjects implements ObjectClient {
  private readonly container: ContainerClient;
  /** Null where our credentials cannot sign. */
  private readonly signer: ContainerClient | null;

  constructor({ access_key: account, secret_key, endpoint, public_endpoint, bucket }: AzureSettings) {
    const url = endpoint ?? `https://${account}.blob.core.windows.net`;
    const credential =
      secret_key === undefined ? new DefaultAzureCredential() : new StorageSharedKeyCredential(account, secret_key);
    const container = (at: string) =>
      new BlobServiceClient(at, credential, { retryOptions }).getContainerClient(bucket);
    this.container = container(url);
    this.signer = secret_key === undefined ? null : container(public_endpoint ?? url);
  }

  async putWhole(name: string, bytes: Buffer, abortSignal: AbortSignal): Promise<void> {
    const transactionalContentMD5 = md5(bytes);
    const options = { abortSignal, blobHTTPHeaders: headers, transactionalContentMD5 };
    await this.blob(name).upload(bytes, bytes.length, options);
  }

  /** Blocks show as a blob when all of them are there; what was never finished, Azure removes after a week. */
  async putParts(name: string, content: BlobContent, abortSignal: AbortSignal): Promise<void> {
    const blob = this.blob(name);
    const ids: string[] = [];
    for await (const block of blocks(content)) {
      const id = Buffer.from(String(ids.length).padStart(6, '0')).toString('base64');
      await blob.stageBlock(id, block, block.length, { abortSignal, transactionalContentMD5: md5(block) });
      ids.push(id);
    }
    await blob.commitBlockList(ids, { abortSignal, blobHTTPHeaders: headers });
  }

  async get(name: string, range: ByteRange | undefined, abortSignal: AbortSignal): Promise<OpenedObject> {
    const start = range?.start ?? 0;
    const count = range === undefined ? undefined : range.end - range.start + 1;
    const answer = await this.blob(name).download(start, count, { abortSignal, maxRetryRequests: 0 });
    const { readableStreamBody: stream, contentLength: bytes } = answer;
    if (!(stream instanceof Readable) || bytes === undefined) throw new Error('an answer without a body');
    return { stream, bytes };
  }

  async signedUrl(name: string, { contentType, disposition, seconds }: SignedAnswer): Promise<string | null> {
    if (this.signer === null) return null;
    return this.signer.getBlobClient(name).generateSasUrl({
      permissions: BlobSASPermissions.from({ read: true }),
      expiresOn: new Date(Date.now() + seconds * 1_000),
      contentType,
      ...(disposition === undefined ? {} : { contentDisposition: disposition }),
    });
  }

  async size(name: string, abortSignal: AbortSignal): Promise<number | null> {
    try {
      return (await this.blob(name).getProperties({ abortSignal })).contentLength ?? 0;
    } catch (error) {
      if (this.refusalOf(error).status === 404) return null;
      throw error;
    }
  }

  async delete(name: string, abortSignal: AbortSignal): Promise<void> {
    await this.blob(name).deleteIfExists({ abortSignal });
  }

  async *list(prefix: string): AsyncIterable<StoredObject> {
    for await (const { name, properties } of this.container.listBlobsFlat({ prefix })) {
      yield { name, bytes: properties.contentLength ?? 0, storedAt: properties.lastModified };
    }
  }

  async check(abortSignal: AbortSignal): Promise<void> {
    await this.container.getProperties({ abortSignal });
  }

  async removeUnfinished(): Promise<number> {
    return 0;
  }

  refusalOf(error: unknown): Refusal {
    if (error instanceof RestError) return { status: error.statusCode, code: error.code };
    return error instanceof Error ? { code: error.name } : {};
  }

  close(): void {
    // The SDK shares one pool of connections between all clients of the process.
  }

  private blob(name: string): BlockBlobClient {
    return this.container.getBlockBlobClient(name);
  }
}

/**
 * Cut at the same bytes whatever pieces they come in: two uploads of one recording name their blocks alike, and then it
 * does not matter whose block is there.
 */
async function* blocks(content: BlobContent): AsyncGenerator<Buffer> {
  let block = Buffer.allocUnsafe(blockBytes);
  let filled = 0;
  for await (const piece of content.read()) {
    for (let from = 0; from < piece.length; ) {
      const taken = piece.copy(block, filled, from);
      from += taken;
      filled += taken;
      if (filled < blockBytes) continue;
      yield block;
      block = Buffer.allocUnsafe(blockBytes);
      filled = 0;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}
