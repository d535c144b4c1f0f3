import type { ObjectServerKind, OwnObjectServer } from '@aftertone/testing';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { s3Configuration, s3Settings } from '../blobs/s3/s3-settings.ts';
import { oneStorage, type StorageSettings } from '../storages/storage-settings.ts';

/** The settings of a storage at a server of tests, in the words of an operator. */
export const settingsAt = (
  { type }: Pick<ObjectServerKind, 'type'>,
  { endpoint, bucket, user, secret }: OwnObjectServer,
  changes: Record<string, unknown> = {},
): StorageSettings => {
  const at = { type, bucket, prefix: 'voicemail/', ...changes };
  switch (type) {
    case 's3':
      return oneStorage.parse({ endpoint, access_key: user, secret_key: secret, ...at });
    case 'azure':
      return oneStorage.parse({ endpoint: `${endpoint}/${user}`, access_key: user, secret_key: secret, ...at });
    case 'gcp':
      return oneStorage.parse({ endpoint, ...at });
  }
};

/** Makes the bucket, as an operator does once. */
export const makeBucket = async (kind: ObjectServerKind, at: OwnObjectServer): Promise<void> => {
  if (kind.makesBucket) return;
  if (kind.type === 'azure') {
    const credential = new StorageSharedKeyCredential(at.user, at.secret);
    await new BlobServiceClient(`${at.endpoint}/${at.user}`, credential).getContainerClient(at.bucket).create();
    return;
  }
  const settings = s3Settings.parse(settingsAt(kind, at));
  const client = new S3Client(s3Configuration(settings));
  await client.send(new CreateBucketCommand({ Bucket: at.bucket }));
  client.destroy();
};
