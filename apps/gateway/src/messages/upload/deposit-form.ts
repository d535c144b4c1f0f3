import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type DepositMetadata, depositMetadata, fieldErrors } from '@aftertone/contracts';
import { DomainError, invalid } from '@aftertone/kernel';
import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy';

export interface DepositForm<Audio> {
  metadata: DepositMetadata;
  /** Absent when the form has no such part. */
  audio: Audio | undefined;
}

const mostMetadataBytes = 16_384;

const wrong = (message: string, path: string): DomainError =>
  invalid('invalid-request', 'The form has parts that are wrong', { errors: [{ path, message }] });

const parseMetadata = (json: string): DepositMetadata => {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw wrong('must be JSON', 'metadata');
  }
  const result = depositMetadata.safeParse(value);
  if (result.success) return result.data;
  const errors = fieldErrors(result.error).map(({ path, message }) => ({
    path: path === '' ? 'metadata' : `metadata.${path}`,
    message,
  }));
  throw invalid('invalid-request', 'The metadata of the message is wrong', { errors });
};

const readMetadata = async (part: BusboyFileStream): Promise<DepositMetadata> => {
  let bytes = 0;
  part.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > mostMetadataBytes) part.destroy(wrong(`must be at most ${mostMetadataBytes} bytes`, 'metadata'));
  });
  return parseMetadata(await text(part));
};

const open = (headers: IncomingHttpHeaders): BusboyInstance => {
  const contentType = headers['content-type'];
  if (contentType === undefined || !/^multipart\/form-data\s*;/i.test(contentType)) {
    throw invalid('unsupported-media-type', 'A deposit is sent as multipart/form-data with a boundary');
  }
  try {
    const limits = { parts: 4, headerPairs: 32, headerSize: 8_192, fieldNameSize: 100 };
    // Every part is a stream, whether its sender calls it a file or not.
    return new Busboy({ headers: { ...headers, 'content-type': contentType }, limits, isPartAFile: () => true });
  } catch (error) {
    throw invalid('invalid-request', 'The multipart form cannot be read', {}, error);
  }
};

/**
 * Reads the multipart form of a deposit while it arrives; `store` takes the audio as a stream. The parts come in any
 * order. Throws `invalid-request` or what `store` throws.
 */
export const readDepositForm = <Audio>(
  source: Readable & { headers: IncomingHttpHeaders },
  store: (audio: Readable) => Promise<Audio>,
): Promise<DepositForm<Audio>> => {
  const form = open(source.headers);
  const done = Promise.withResolvers<void>();
  let metadata: Promise<DepositMetadata> | undefined;
  let audio: Promise<Audio> | undefined;
  const take = (name: string, part: BusboyFileStream): Promise<unknown> => {
    if (name === 'metadata' && metadata === undefined) {
      metadata = readMetadata(part);
      return metadata;
    }
    if (name === 'audio' && audio === undefined) {
      audio = store(part);
      return audio;
    }
    part.resume();
    const known = name === 'metadata' || name === 'audio';
    return Promise.reject(wrong(known ? 'may come only once' : 'is not a known part', name));
  };
  form.on('file', (name: string, part: BusboyFileStream) => {
    part.on('error', done.reject);
    take(name, part).catch(done.reject);
  });
  form.once('partsLimit', () => done.reject(wrong('are too many', '')));
  form.once('finish', () => done.resolve());
  form.once('error', (error: unknown) =>
    done.reject(invalid('invalid-request', 'The multipart form is not complete', {}, error)),
  );
  source.pipe(form);
  return done.promise.then(async () => ({ metadata: (await metadata) ?? parseMetadata('{}'), audio: await audio }));
};
