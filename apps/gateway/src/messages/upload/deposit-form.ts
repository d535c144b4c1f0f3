import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type DepositMetadata, depositMetadata, fieldErrors } from '@aftertone/contracts';
import { invalid } from '@aftertone/kernel';
import { readForm, wrongPart } from './form.ts';

export interface DepositForm<Audio> {
  metadata: DepositMetadata;
  /** Absent when the form has no such part. */
  audio: Audio | undefined;
}

const mostMetadataBytes = 16_384;

const parseMetadata = (json: string): DepositMetadata => {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw wrongPart('must be JSON', 'metadata');
  }
  const result = depositMetadata.safeParse(value);
  if (result.success) return result.data;
  const errors = fieldErrors(result.error).map(({ path, message }) => ({
    path: path === '' ? 'metadata' : `metadata.${path}`,
    message,
  }));
  throw invalid('invalid-request', 'The metadata of the message is wrong', { errors });
};

const readMetadata = async (part: Readable): Promise<DepositMetadata> => {
  let bytes = 0;
  part.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > mostMetadataBytes) part.destroy(wrongPart(`must be at most ${mostMetadataBytes} bytes`, 'metadata'));
  });
  return parseMetadata(await text(part));
};

/**
 * Reads the multipart form of a deposit while it arrives; `store` takes the audio as a stream. The parts come in any
 * order. Throws `invalid-request` or what `store` throws.
 */
export const readDepositForm = async <Audio>(
  source: Readable & { headers: IncomingHttpHeaders },
  store: (audio: Readable) => Promise<Audio>,
): Promise<DepositForm<Audio>> => {
  const form = await readForm(source, { metadata: readMetadata, audio: store });
  return { metadata: form.metadata ?? parseMetadata('{}'), audio: form.audio };
};
