import { isId } from '@aftertone/kernel';
import type { BlobKey } from './blob-store.ts';

/** The last part of a blob's name, in every storage. */
export const blobName = ({ mediaId, sha256 }: BlobKey): string => `${mediaId}.${sha256}`;

/** Null for a name that no blob store has made. */
export const parseBlobName = (tenantId: string, name: string): BlobKey | null => {
  const [mediaId = '', sha256 = '', ...more] = name.split('.');
  const isBlob = isId(tenantId) && isId(mediaId) && /^[0-9a-f]{64}$/.test(sha256) && more.length === 0;
  return isBlob ? { tenantId, mediaId, sha256 } : null;
};
