/** Why a storage did not do its part, as an operator would sort it. */
export type FaultReason = 'credentials' | 'no-bucket' | 'no-object' | 'full' | 'slow' | 'unreachable' | 'failing';

const advice: Readonly<Record<FaultReason, string>> = {
  credentials: 'it refuses our credentials, or they may not do this: check access_key and secret_key, or the role',
  'no-bucket': 'the bucket, container or folder is not there: create it, or mount it, or mend its name in the settings',
  'no-object': 'it has no such object',
  full: 'it has no space or no quota left',
  slow: 'it did not answer in time',
  unreachable: 'nothing answers at its address: check endpoint and network',
  failing: 'it answers with an error',
};

/** What an SDK or a file system said, sorted. The message says what to do about it. */
export class StorageFault extends Error {
  override name = 'StorageFault';
  readonly reason: FaultReason;

  constructor(reason: FaultReason, cause: unknown) {
    const said = cause instanceof Error && cause.message !== '' ? `: ${cause.message}` : '';
    super(`the storage failed, since ${advice[reason]}${said}`, { cause });
    this.reason = reason;
  }
}

/** What a refusal looks like in every SDK. */
export interface Refusal {
  /** Of HTTP; undefined when nothing answered. */
  status?: number | undefined;
  /** The service's own code, or Node's. */
  code?: string | undefined;
}

const credentialCodes =
  /AccessDenied|InvalidAccessKey|SignatureDoesNotMatch|ExpiredToken|InvalidToken|Credential|AuthenticationFailed|AuthorizationFailure|AuthenticationError|invalid_grant/i;
const bucketCodes = /NoSuchBucket|ContainerNotFound|ContainerBeingDeleted/i;
const objectCodes = /NoSuchKey|BlobNotFound/i;
const busyCodes = /rateLimitExceeded|SlowDown|ServerBusy/i;
const fullCodes = /StorageFull|QuotaExceeded|EntityTooLarge|InsufficientCapacity|OutOfCapacity/i;
const lateCodes = /Timeout|TimedOut|ETIMEDOUT|AbortError/i;
const networkCodes = /^E[A-Z_]+$|socket hang up|REQUEST_SEND_ERROR/;

/**
 * One rule for all SDKs: the service's code says most, then the status.
 * @param missing what a 404 means that does not say it: answers to HEAD have no body
 */
export const reasonOf = (
  { status, code = '' }: Refusal,
  missing: 'no-bucket' | 'no-object' = 'no-object',
): FaultReason => {
  if (bucketCodes.test(code)) return 'no-bucket';
  if (objectCodes.test(code)) return 'no-object';
  if (busyCodes.test(code)) return 'failing';
  if (fullCodes.test(code) || status === 507) return 'full';
  if (credentialCodes.test(code) || status === 401 || status === 403) return 'credentials';
  if (status === 404) return missing;
  if (lateCodes.test(code) || status === 408) return 'slow';
  if (status === undefined && networkCodes.test(code)) return 'unreachable';
  return 'failing';
};
