import { type ObjectServerKind, type OwnObjectServer, objectServerKinds } from '@aftertone/testing';
import { CreateBucketCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';

/** The storage's name in the settings. */
export const BUCKET = 'main';
/** In which a storage says whose it is. */
const OWNER = 'owner';

/** An S3 server with a bucket that new recordings go to: MinIO where it was built, else one from npm. */
export class Bucket {
  readonly #own: OwnObjectServer;
  readonly #client: S3Client;

  private constructor(own: OwnObjectServer) {
    this.#own = own;
    this.#client = new S3Client({
      endpoint: own.endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: own.user, secretAccessKey: own.secret },
    });
  }

  static async start(): Promise<Bucket> {
    const isHere = ({ type, missing }: ObjectServerKind): boolean => type === 's3' && missing === undefined;
    const kind = objectServerKinds().find(isHere);
    if (kind === undefined) throw new Error('there is no S3 server');
    const bucket = new Bucket(await kind.start());
    try {
      if (!kind.makesBucket) await bucket.#client.send(new CreateBucketCommand({ Bucket: bucket.#own.bucket }));
    } catch (error) {
      await bucket.close();
      throw error;
    }
    return bucket;
  }

  get server(): OwnObjectServer['server'] {
    return this.#own.server;
  }

  /** What every service and the operator's commands are told of it. */
  get environment(): Record<string, string> {
    const { endpoint, bucket, user, secret } = this.#own;
    const settings = { type: 's3', endpoint, bucket, access_key: user, secret_key: secret };
    return { MEDIA_STORAGES: JSON.stringify({ [BUCKET]: settings }), MEDIA_STORAGE: BUCKET };
  }

  /** Names of the recordings in it, as files of a folder have them. */
  async recordings(): Promise<string[]> {
    const names: string[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2(
      { client: this.#client },
      { Bucket: this.#own.bucket },
    )) {
      names.push(...Contents.map(({ Key = '' }) => Key.slice(Key.lastIndexOf('/') + 1)));
    }
    return names.filter((name) => name !== OWNER);
  }

  async close(): Promise<void> {
    this.#client.destroy();
    await this.#own.server.remove();
  }
}
