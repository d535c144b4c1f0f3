import { join } from 'node:path';
import { blobName } from './blob-name.ts';
import type { BlobKey } from './blob-store.ts';

/** `<root>/blobs/<tenant>/<end of the media id>/<media id>.<sha256>`; UUIDv7s begin alike, so their end spreads them. */
export const blobsFolder = (root: string): string => join(root, 'blobs');

export const unfinishedFolder = (root: string): string => join(root, 'unfinished');

export const shardFolder = (root: string, { tenantId, mediaId }: BlobKey): string =>
  join(blobsFolder(root), tenantId, mediaId.slice(-2));

export const blobFile = (root: string, key: BlobKey): string => join(shardFolder(root, key), blobName(key));
