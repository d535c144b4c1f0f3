import type { BlobStore } from '../blobs/blob-store.ts';
import { storageUnavailable } from '../blobs/storage-errors.ts';
import type { PatientStorage } from './patient-storage.ts';

/** One of the places where recordings are. */
export interface Storage {
  name: string;
  /** For requests: with an end to all waiting. */
  patient: PatientStorage;
  /** For housekeeping, which may take long. */
  blobs: BlobStore;
}

/** Which storage new recordings go to. */
export interface StorageChoice {
  usual: string;
  byTenant: ReadonlyMap<string, string>;
}

/** All storages of the installation. A recording remembers the name of its own. */
export class Storages {
  private readonly byName: ReadonlyMap<string, Storage>;
  private readonly choice: StorageChoice;

  constructor(storages: readonly Storage[], choice: StorageChoice) {
    this.byName = new Map(storages.map((storage) => [storage.name, storage]));
    this.choice = choice;
  }

  get all(): readonly Storage[] {
    return [...this.byName.values()];
  }

  /** Where a tenant's new recordings go. */
  of(tenantId: string): Storage {
    return this.named(this.choice.byTenant.get(tenantId) ?? this.choice.usual);
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  /** @throws DomainError `storage-unavailable` when the settings name no such storage (any more) */
  named(name: string): Storage {
    const storage = this.byName.get(name);
    if (storage === undefined) {
      throw storageUnavailable(
        new Error(`there are recordings in the storage "${name}", which is not in the settings`),
      );
    }
    return storage;
  }

  async close(): Promise<PromiseSettledResult<void>[]> {
    return Promise.allSettled(this.all.map(({ blobs }) => blobs.close()));
  }
}
