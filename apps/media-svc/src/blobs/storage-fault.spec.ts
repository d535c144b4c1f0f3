import { expect, it } from 'vitest';
import { remoteError } from './storage-errors.ts';
import { reasonOf, StorageFault } from './storage-fault.ts';

it.each([
  // S3
  [{ status: 403, code: 'InvalidAccessKeyId' }, 'credentials'],
  [{ status: 400, code: 'ExpiredToken' }, 'credentials'],
  [{ code: 'CredentialsProviderError' }, 'credentials'],
  [{ status: 404, code: 'NoSuchBucket' }, 'no-bucket'],
  [{ status: 404, code: 'NoSuchKey' }, 'no-object'],
  [{ status: 507, code: 'XMinioStorageFull' }, 'full'],
  [{ status: 503, code: 'SlowDown' }, 'failing'],
  [{ status: 500, code: 'InternalError' }, 'failing'],
  [{ code: 'TimeoutError' }, 'slow'],
  // Azure
  [{ status: 403, code: 'AuthenticationFailed' }, 'credentials'],
  [{ status: 404, code: 'ContainerNotFound' }, 'no-bucket'],
  [{ status: 404, code: 'BlobNotFound' }, 'no-object'],
  [{ code: 'REQUEST_SEND_ERROR' }, 'unreachable'],
  // Google
  [{ status: 401, code: 'authError' }, 'credentials'],
  [{ status: 404, code: 'notFound' }, 'no-object'],
  [{ status: 403, code: 'quotaExceeded' }, 'full'],
  [{ status: 403, code: 'rateLimitExceeded' }, 'failing'],
  // Node
  [{ code: 'ECONNREFUSED' }, 'unreachable'],
  [{ code: 'ENOTFOUND' }, 'unreachable'],
  [{ code: 'EAI_AGAIN' }, 'unreachable'],
  [{ code: 'ETIMEDOUT' }, 'slow'],
  [{}, 'failing'],
] as const)('%j is %s', (refusal, reason) => expect(reasonOf(refusal)).toBe(reason));

it('a 404 of a bucket is said to be one by who asked for the bucket', () =>
  expect(reasonOf({ status: 404 }, 'no-bucket')).toBe('no-bucket'));

it('tells the operator what to do, and the caller no more than needed', () => {
  const fault = new StorageFault('credentials', new Error('key 4711 is unknown'));
  expect(fault.message).toMatch(/check access_key and secret_key.*key 4711 is unknown/);
  const told = remoteError(fault);
  expect([told.code, told.message]).toEqual(['storage-unavailable', 'The storage of recordings does not answer.']);
  expect(remoteError(new StorageFault('full', null)).code).toBe('storage-full');
  expect(remoteError(new StorageFault('no-object', null)).code).toBe('recording-missing');
});
