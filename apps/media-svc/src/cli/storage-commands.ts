import type { EventStore } from '@aftertone/event-store';
import type { Clock } from '@aftertone/kernel';
import { DomainError } from '@aftertone/kernel';
import type { Output } from '@aftertone/platform';
import type { BlobKey } from '../blobs/blob-store.ts';
import { migrate } from '../storages/care/migrate.ts';
import { verify } from '../storages/care/verify.ts';
import { isOurs } from '../storages/claim.ts';
import type { Storage, StorageChoice, Storages } from '../storages/storages.ts';
import type { Wanted } from './options.ts';

interface Parts {
  store: EventStore;
  clock: Clock;
  storages: Storages;
  choice: StorageChoice;
}

export const answer = (parts: Parts, wanted: Wanted, output: Output): Promise<number> => {
  switch (wanted.action) {
    case 'storages':
      return listStorages(parts, output);
    case 'migrate':
      return migrateAll(parts, wanted, output);
    case 'verify':
      return verifyAll(parts, wanted, output);
  }
};

const listStorages = async ({ store, storages, choice }: Parts, output: Output): Promise<number> => {
  let failed = 0;
  for (const storage of storages.all) {
    const state = await stateOf(storage, () => isOurs(store.pool, storage));
    if (state !== 'well') failed += 1;
    output.out([storage.name, state, ...(choice.usual === storage.name ? ['new recordings go here'] : [])].join('  '));
  }
  return failed === 0 ? 0 : 1;
};

const stateOf = async ({ patient }: Storage, isOwn: () => Promise<boolean>): Promise<string> => {
  try {
    await patient.check();
    return (await isOwn()) ? 'well' : 'claimed by another installation';
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return error.cause instanceof Error ? error.cause.message : error.message;
  }
};

const named = ({ storages }: Parts, name: string): Storage => {
  const storage = storages.all.find((one) => one.name === name);
  if (storage !== undefined) return storage;
  const all = storages.all.map((one) => one.name).join(', ');
  throw new Error(`There is no storage "${name}" in the settings, only: ${all}`);
};

const nameOf = ({ tenantId, mediaId }: BlobKey): string => `${tenantId}  ${mediaId}`;

const migrateAll = async (parts: Parts, wanted: Wanted & { action: 'migrate' }, output: Output): Promise<number> => {
  const [from, to] = [named(parts, wanted.from), named(parts, wanted.to)];
  await to.patient.check();
  const { moved, faulty } = await migrate({
    ...parts,
    from,
    to,
    onFault: (key, fault) => output.err(`${nameOf(key)}  stays in ${from.name}: ${fault}`),
    onProgress: (sofar) => output.out(`${sofar} moved`),
  });
  output.out(`${moved} moved from ${from.name} to ${to.name}, ${faulty} could not be moved`);
  if (parts.choice.usual === from.name) {
    output.out(`New recordings go on to ${from.name}: set MEDIA_STORAGE=${to.name}, restart, and run this again`);
  }
  return faulty === 0 ? 0 : 1;
};

const verifyAll = async (parts: Parts, wanted: Wanted & { action: 'verify' }, output: Output): Promise<number> => {
  const looking = wanted.storage === null ? parts.storages.all : [named(parts, wanted.storage)];
  let left = 0;
  for (const storage of looking) {
    const { looked, spooled, faulty, mended } = await verify({
      ...parts,
      pool: parts.store.pool,
      storage,
      hashes: wanted.hashes,
      mends: wanted.mends,
      onFinding: ({ key, fault, copyIn, isMended }) => {
        const remedy =
          copyIn === null ? 'no storage has a copy' : `${isMended ? 'mended from' : 'a copy is in'} ${copyIn}`;
        output.out(`${nameOf(key)}  ${fault}: ${remedy}`);
      },
    });
    left += faulty - mended;
    output.out(`${storage.name}: ${looked} looked at, ${spooled} still in spools, ${faulty} faulty, ${mended} mended`);
  }
  return left === 0 ? 0 : 1;
};
