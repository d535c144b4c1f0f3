import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { MessageItem } from '@aftertone/contracts';
import { eventually, type OwnObjectServer, objectServerKinds } from '@aftertone/testing';
import { BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Platform, SERVICES } from './platform.ts';
import { wav } from './wav.ts';

const SLOW = 180_000;

/** The one that comes with npm. */
const azurite = objectServerKinds().find(({ name }) => name === 'Azurite');
let storage: OwnObjectServer;
let platform: Platform;
beforeAll(async () => {
  if (azurite === undefined) throw new Error('there is no Azurite');
  storage = await azurite.start();
  const { endpoint, user, secret, bucket } = storage;
  const settings = { type: 'azure', endpoint: `${endpoint}/${user}`, access_key: user, secret_key: secret, bucket };
  platform = await Platform.start([], {
    MEDIA_STORAGES: JSON.stringify({ cloud: settings }),
    MEDIA_STORAGE: 'cloud',
    MEDIA_REDIRECT_DOWNLOADS: 'true',
  });
}, 240_000);
afterAll(async () => {
  await platform?.remove();
  await storage?.server.remove();
}, 60_000);

const spooled = (): number => {
  const folder = join(platform.dataDir, 'media-spool', 'blobs');
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).length;
};
const makeContainer = async (): Promise<void> => {
  const credential = new StorageSharedKeyCredential(storage.user, storage.secret);
  const account = new BlobServiceClient(`${storage.endpoint}/${storage.user}`, credential);
  await account.getContainerClient(storage.bucket).create();
};
const leave = async (audio: Uint8Array<ArrayBuffer>): Promise<string> => {
  const response = await platform.admin.deposit(platform.demo.mailboxId, { audio });
  expect(response.status).toBe(201);
  return ((await response.json()) as MessageItem).id;
};

it(
  'a message plays before its bucket was made, after everything was killed, and from the bucket; nothing is in folders then',
  async () => {
    const alice = platform.as('alice');
    const [first, second] = [wav(1.5, 500), wav(1, 900)];
    const early = await leave(first);
    expect(spooled()).toBe(1);
    expect(await alice.audio(early)).toEqual(first);

    platform.signal(SERVICES, 'SIGKILL');
    await eventually(async () => expect(await platform.isReady()).toBe(true), { timeoutMs: 60_000 });
    await eventually(async () => expect(await alice.audio(early)).toEqual(first), { timeoutMs: 60_000 });

    await makeContainer();
    await eventually(() => expect(spooled()).toBe(0), { timeoutMs: 60_000 });
    expect(await alice.audio(early)).toEqual(first);
    const later = await eventually(
      async () => {
        const id = await leave(second);
        expect(spooled()).toBe(0);
        return id;
      },
      { timeoutMs: 60_000 },
    );
    expect(await alice.audio(later)).toEqual(second);
    const sent = await fetch(`${platform.url}/v1/messages/${later}/audio`, {
      redirect: 'manual',
      headers: { authorization: `Bearer ${alice.token}` },
    });
    expect([sent.status, sent.headers.get('location')?.startsWith(storage.endpoint)]).toEqual([302, true]);
    const folder = readdirSync(join(platform.dataDir, 'media'), { recursive: true, withFileTypes: true });
    expect(folder.filter((entry) => entry.isFile() && entry.name.includes('.'))).toEqual([]);
  },
  SLOW,
);
