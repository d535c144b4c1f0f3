import { join } from 'node:path';
import { isId } from '@aftertone/kernel';
import type { BlobKey } from './blob-store.ts';

/** `<root>/blobs/<tenant>/<end of the media id>/<media id>.<sha256>`; UUIDv7s begin alike, so their end spreads them. */
export const blobsFolder = (root: string): string => join(root, 'blobs');

export const unfinishedFolder = (root: string): string => join(root, 'unfinished');

export const shardFolder = (root: string, { tenantId, mediaId }: BlobKey): string =>
  join(blobsFolder(root), tenantId, mediaId.slice(-2));

export const blobName = ({ mediaId, sha256 }: BlobKey): string => `${mediaId}.${sha256}`;

export const blobFile = (root: string, key: BlobKey): string => join(shardFolder(root, key), blobName(key));

/** Null for a file that no blob store has made. */
export const parseBlobFile = (tenantId: string, fileName: string): BlobKey | null => {
  const [mediaId = '', sha256 = '', ...more] = fileName.split('.');
  const isBlob = isId(tenantId) && isId(mediaId) && /^[0-9a-f]{64}$/.test(sha256) && more.length === 0;
  return isBlob ? { tenantId, mediaId, sha256 } : null;
};
