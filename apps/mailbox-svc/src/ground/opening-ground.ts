import {
  closeServiceStore,
  type EventStore,
  Opening,
  openServiceStore,
  type ServiceStore,
  type StoreLogger,
  type TenantReads,
} from '@aftertone/event-store';
import type { Clock } from '@aftertone/kernel';
import type { DataSource } from 'typeorm';
import { migrations } from '../migrations/index.ts';
import type { Ground } from './ground.ts';
import { entities, kinds } from './model.ts';

export interface GroundOptions {
  databaseUrl: string;
  /** Base64 keys; the first seals, all open. */
  keks: readonly string[];
  logger: StoreLogger;
}

/** The service's database, opened in the background. */
export class OpeningGround implements Ground {
  private readonly opening: Opening<ServiceStore>;

  constructor({ databaseUrl: url, keks, logger }: GroundOptions) {
    this.opening = new Opening({
      attempt: () =>
        openServiceStore({ url, keks, kinds, entities, migrations, applicationName: 'mailbox-svc', logger }),
      close: closeServiceStore,
      logger,
    });
  }

  get clock(): Clock {
    return this.opening.there.clock.now;
  }

  get store(): EventStore {
    return this.opening.there.store;
  }

  get reader(): DataSource {
    return this.opening.there.reader;
  }

  get reads(): TenantReads {
    return this.opening.there.reads;
  }

  /** Migrates and opens, as often as it takes, then calls `whenOpen`. Returns at once. */
  open(whenOpen: () => void): void {
    this.opening.open(whenOpen);
  }

  /** Resolves when the database is open for the first time. */
  get opened(): Promise<void> {
    return this.opening.opened;
  }

  /** Whether the database is migrated and answers now. */
  answers(): Promise<boolean> {
    return this.opening.answers(({ store }) => store.log.headPosition());
  }

  close(): Promise<void> {
    return this.opening.close();
  }
}
