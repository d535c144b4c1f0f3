import { isId } from '@aftertone/kernel';
import { blobName, parseBlobName } from '../blob-name.ts';
import type { BlobKey } from '../blob-store.ts';

/**
 * `<prefix>/<tenant>/<media id>.<sha256>`: a tenant's recordings are one listing, which is what an operator exports,
 * expires or gives rights on. Object storages spread keys by themselves.
 */
export const objectName = (prefix: string, key: BlobKey): string => `${prefix}${key.tenantId}/${blobName(key)}`;

/** Null for an object that no blob store has made. */
export const parseObjectName = (prefix: string, name: string): BlobKey | null => {
  if (!name.startsWith(prefix)) return null;
  const [tenantId = '', blob = '', ...more] = name.slice(prefix.length).split('/');
  return isId(tenantId) && more.length === 0 ? parseBlobName(tenantId, blob) : null;
};

/** Empty, or with a slash at its end. */
export const prefixOf = (prefix: string | undefined): string => {
  const trimmed = (prefix ?? '').replace(/^\/+|\/+$/g, '');
  return trimmed === '' ? '' : `${trimmed}/`;
};
