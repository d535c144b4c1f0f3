import { readArguments } from '@aftertone/platform';

export type Wanted =
  | { action: 'storages' }
  | { action: 'migrate'; from: string; to: string }
  | { action: 'verify'; storage: string | null; hashes: boolean; mends: boolean };

export const usage = `Usage:
  media storages                               the storages of the settings, and whether each answers
  media migrate --from <storage> --to <storage>  moves recordings while the services run; a run that was cut off goes on
  media verify [--storage <storage>] [--hash] [--mend]
                                               lists recordings that a storage has lost; with --hash those that are
                                               damaged, too; with --mend puts back what another storage still has

Environment: DATABASE_URL_MEDIA, AFTERTONE_KEK, and the storages of media-svc: MEDIA_STORAGE_PATH, MEDIA_STORAGES,
MEDIA_STORAGE.`;

const options = {
  from: { type: 'string' },
  to: { type: 'string' },
  storage: { type: 'string' },
  hash: { type: 'boolean' },
  mend: { type: 'boolean' },
} as const;

/** Reads a command line without its topic; null when it is wrong. */
export const readCommand = (args: readonly string[]): Wanted | null => {
  const read = readArguments(args, options);
  if (read === null) return null;
  const { values, positionals } = read;
  const [action, ...rest] = positionals;
  const { from, to, storage, hash, mend } = values;
  const given = Object.keys(values).length;
  if (rest.length > 0) return null;
  if (action === 'storages' && given === 0) return { action };
  if (action === 'migrate' && from !== undefined && to !== undefined && from !== to && given === 2) {
    return { action, from, to };
  }
  if (action !== 'verify' || from !== undefined || to !== undefined) return null;
  return { action, storage: storage ?? null, hashes: hash === true, mends: mend === true };
};
