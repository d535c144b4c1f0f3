import { closeServiceStore, openServiceStore } from '@aftertone/event-store';
import { ConfigError, databaseUrl, keySettings, parseConfig } from '@aftertone/platform';
import { z } from 'zod';
import { kinds } from '../ground/kinds.ts';
import { openStorages } from '../ground/open-bytes.ts';
import { migrations } from '../migrations/index.ts';
import { checkStorages, choiceOf, storageSettings, storagesOf } from '../storages/settings.ts';
import { readCommand, usage } from './options.ts';
import { answer, type Output } from './storage-commands.ts';

const environmentSchema = z
  .object({ ...storageSettings, ...keySettings, DATABASE_URL_MEDIA: databaseUrl })
  .superRefine(checkStorages);

/** The operator's commands about recordings. Gives back the exit code: 1 when something failed, 2 for a wrong command line. */
export const run = async (
  [topic, ...args]: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  output: Output,
): Promise<number> => {
  const wanted = topic === 'media' ? readCommand(args) : null;
  if (wanted === null) {
    output.err(usage);
    return 2;
  }
  try {
    const config = parseConfig(environmentSchema, environment);
    const opened = await openServiceStore({
      url: config.DATABASE_URL_MEDIA,
      keks: [config.AFTERTONE_KEK, ...config.AFTERTONE_KEK_PREVIOUS],
      kinds,
      entities: [],
      migrations,
      applicationName: 'media-cli',
      logger: quiet,
    });
    const options = { storages: storagesOf(config), choice: choiceOf(config), log: quiet };
    const storages = await openStorages(
      { ...options, patienceMs: config.MEDIA_STORAGE_PATIENCE_MS },
      opened.store.pool,
    );
    try {
      return await answer(
        { store: opened.store, clock: opened.clock.now, storages, choice: options.choice },
        wanted,
        output,
      );
    } finally {
      await storages.close();
      await closeServiceStore(opened);
    }
  } catch (error) {
    output.err(error instanceof ConfigError ? error.faults.join('\n') : textOf(error));
    return error instanceof ConfigError ? 2 : 1;
  }
};

const silence = (): void => undefined;
const quiet = { debug: silence, info: silence, warn: silence, error: silence };

/** With what the storage said. */
const textOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
};
