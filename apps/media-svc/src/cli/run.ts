import { closeServiceStore, openServiceStore } from '@aftertone/event-store';
import { attempt, type Commands, databaseUrl, keySettings, parseConfig, quietLog } from '@aftertone/platform';
import { z } from 'zod';
import { kinds } from '../ground/kinds.ts';
import { openStorages } from '../ground/open-bytes.ts';
import { migrations } from '../migrations/index.ts';
import { checkStorages, choiceOf, storageSettings, storagesOf } from '../storages/settings.ts';
import { readCommand, usage } from './options.ts';
import { answer } from './storage-commands.ts';

const environmentSchema = z
  .object({ ...storageSettings, ...keySettings, DATABASE_URL_MEDIA: databaseUrl })
  .superRefine(checkStorages);

/** The operator's commands about recordings. */
export const run: Commands = async ([topic, ...args], environment, output) => {
  const wanted = topic === 'media' ? readCommand(args) : null;
  if (wanted === null) {
    output.err(usage);
    return 2;
  }
  return attempt(output, async () => {
    const config = parseConfig(environmentSchema, environment);
    const opened = await openServiceStore({
      url: config.DATABASE_URL_MEDIA,
      keks: [config.AFTERTONE_KEK, ...config.AFTERTONE_KEK_PREVIOUS],
      kinds,
      entities: [],
      migrations,
      applicationName: 'media-cli',
      logger: quietLog,
    });
    const options = { storages: storagesOf(config), choice: choiceOf(config), log: quietLog };
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
  });
};
