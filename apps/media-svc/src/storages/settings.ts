import { integer } from '@aftertone/platform';
import { z } from 'zod';
import { localStorageName } from './storage-names.ts';
import { type StorageSettings, storageName, storagesText, tenantStoragesText } from './storage-settings.ts';
import type { StorageChoice } from './storages.ts';

/** What of the environment says where recordings are; for the service and for the operators' commands. */
export const storageSettings = {
  /** Folder of the storage `local`: on one file system, and on one volume for all replicas. */
  MEDIA_STORAGE_PATH: z.string().optional(),
  /** Further storages, as JSON: `{"<name>": {"type": "s3", …}, …}` (docs/media.md). */
  MEDIA_STORAGES: storagesText.default({}),
  /** The storage that new recordings go to. */
  MEDIA_STORAGE: storageName.default(localStorageName),
  /** The same for some tenants, as JSON: `{"<tenant id>": "<name>", …}`. */
  MEDIA_TENANT_STORAGES: tenantStoragesText.default({}),
  /** How long a storage may take to answer before a recording goes into the spool. */
  MEDIA_STORAGE_PATIENCE_MS: integer(100, 60_000).default(3_000),
};

const settings = z.object(storageSettings);
export type StorageConfig = z.output<typeof settings>;

/** All storages of the settings, by name. */
export const storagesOf = ({
  MEDIA_STORAGE_PATH: path,
  MEDIA_STORAGES,
}: Pick<StorageConfig, 'MEDIA_STORAGE_PATH' | 'MEDIA_STORAGES'>): ReadonlyMap<string, StorageSettings> =>
  new Map<string, StorageSettings>([
    ...(path === undefined ? [] : [[localStorageName, { type: 'local', path }] as const]),
    ...Object.entries(MEDIA_STORAGES),
  ]);

export const choiceOf = ({ MEDIA_STORAGE, MEDIA_TENANT_STORAGES }: StorageConfig): StorageChoice => ({
  usual: MEDIA_STORAGE,
  byTenant: new Map(Object.entries(MEDIA_TENANT_STORAGES)),
});

/** For `superRefine`: what each setting by itself cannot see. */
export const checkStorages = (config: StorageConfig, context: z.RefinementCtx): void => {
  const known = storagesOf(config);
  const wrong = (setting: string, message: string): void =>
    context.addIssue({ code: 'custom', path: [setting], message });
  if (config.MEDIA_STORAGE_PATH !== undefined && localStorageName in config.MEDIA_STORAGES) {
    wrong('MEDIA_STORAGES', `"${localStorageName}" is the folder of MEDIA_STORAGE_PATH: give one of them`);
  }
  if (known.size === 0) wrong('MEDIA_STORAGE_PATH', 'or MEDIA_STORAGES must say where recordings are');
  if (known.size === 0) return;
  const isUnknown = (name: string): boolean => !known.has(name);
  const among = `is none of the storages (${[...known.keys()].join(', ')})`;
  if (isUnknown(config.MEDIA_STORAGE)) wrong('MEDIA_STORAGE', `"${config.MEDIA_STORAGE}" ${among}`);
  for (const name of new Set(Object.values(config.MEDIA_TENANT_STORAGES).filter(isUnknown))) {
    wrong('MEDIA_TENANT_STORAGES', `"${name}" ${among}`);
  }
};
