import { type OwnObjectServer, objectServerKinds } from '@aftertone/testing';
import { BlobServiceClient, type ContainerClient, StorageSharedKeyCredential } from '@azure/storage-blob';

/** The storage's name in the settings. */
export const BUCKET = 'main';
/** In which a storage says whose it is. */
const OWNER = 'owner';

/**
 * An object storage that new recordings go to: Azurite, which is there on every machine and lists as many objects as there
 * are. It is stopped in order: what it knows of its objects it writes down seconds later, unlike the real ones.
 */
export class Bucket {
  readonly #own: OwnObjectServer;
  readonly #container: ContainerClient;

  private constructor(own: OwnObjectServer) {
    this.#own = own;
    const { user, secret, bucket } = own;
    const account = new BlobServiceClient(this.#account, new StorageSharedKeyCredential(user, secret));
    this.#container = account.getContainerClient(bucket);
  }

  static async start(): Promise<Bucket> {
    const azurite = objectServerKinds().find(({ type }) => type === 'azure');
    if (azurite === undefined) throw new Error('there is no Azurite');
    const bucket = new Bucket(await azurite.start());
    try {
      await bucket.#container.create();
      return bucket;
    } catch (error) {
      await bucket.close();
      throw error;
    }
  }

  get server(): OwnObjectServer['server'] {
    return this.#own.server;
  }

  /** What every service and the operator's commands are told of it. */
  get environment(): Record<string, string> {
    const { bucket, user, secret } = this.#own;
    const settings = { type: 'azure', endpoint: this.#account, bucket, access_key: user, secret_key: secret };
    return { MEDIA_STORAGES: JSON.stringify({ [BUCKET]: settings }), MEDIA_STORAGE: BUCKET };
  }

  /** Names of the recordings in it, as files of a folder have them. */
  async recordings(): Promise<string[]> {
    const names: string[] = [];
    for await (const { name } of this.#container.listBlobsFlat()) names.push(name.slice(name.lastIndexOf('/') + 1));
    return names.filter((name) => name !== OWNER);
  }

  close(): Promise<void> {
    return this.#own.server.remove();
  }

  get #account(): string {
    return `${this.#own.endpoint}/${this.#own.user}`;
  }
}
