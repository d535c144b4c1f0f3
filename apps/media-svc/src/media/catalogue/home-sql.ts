import { localStorageName } from '../../storages/storage-names.ts';

/** A table of its own and no column of `media`: the version before writes whole rows of that one, and would forget it. */
export const homeTable = 'media_home';

/** The name of the storage of a recording, by the alias of a row with `tenant_id` and `id`. */
export const storageOf = (alias: string): string =>
  `coalesce((SELECT h.storage FROM ${homeTable} h WHERE h.tenant_id = ${alias}.tenant_id AND h.id = ${alias}.id),
    '${localStorageName}')`;
