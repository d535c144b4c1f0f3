import { randomBytes } from 'node:crypto';
import { newId } from '@aftertone/kernel';
import { freshDatabase } from '@aftertone/testing';
import { Column, Entity, type MigrationInterface, PrimaryColumn, type QueryRunner } from 'typeorm';
import { migrate } from '../migrate.ts';
import { eventStoreMigrations } from '../schema/migrations.ts';
import { registerReadModel } from '../schema/read-model.ts';
import { type EventStore, type EventStoreOptions, openEventStore } from '../store/store.ts';
import type { HandleRequest } from '../types.ts';
import { type Box, type BoxCommand, box, type Letter, type LetterCommand, letter } from './sample.ts';

@Entity('letter_list')
export class LetterRow {
  @PrimaryColumn({ name: 'tenant_id', type: 'uuid' }) tenantId!: string;
  @PrimaryColumn({ name: 'letter_id', type: 'uuid' }) letterId!: string;
  @Column({ name: 'box_id', type: 'text' }) boxId!: string;
  @Column({ type: 'text' }) status!: string;
  @Column({ type: 'bigint' }) grams!: number;
  @Column({ type: 'text', nullable: true }) sender!: string | null;
}

class LetterList implements MigrationInterface {
  name = 'LetterList1700000000100';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE letter_list (
        tenant_id uuid NOT NULL, letter_id uuid NOT NULL, box_id text NOT NULL, status text NOT NULL,
        grams bigint NOT NULL, sender text, PRIMARY KEY (tenant_id, letter_id));
      CREATE INDEX letter_list_by_box ON letter_list (tenant_id, box_id);
      CREATE TABLE letter_secret (
        tenant_id uuid NOT NULL, letter_id uuid NOT NULL, secret text NOT NULL, PRIMARY KEY (tenant_id, letter_id))`);
    await registerReadModel(queryRunner, { table: 'letter_list', key: ['tenant_id', 'letter_id'] });
    await registerReadModel(queryRunner, {
      table: 'letter_secret',
      key: ['tenant_id', 'letter_id'],
      readable: false,
    });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE letter_list, letter_secret');
  }
}

export const sampleMigrations = [...eventStoreMigrations, LetterList];
export const sampleKek = `test:${randomBytes(32).toString('base64')}`;
export const kinds = [box, letter];

export interface SampleStore {
  url: string;
  store: EventStore;
  /** Another store on the same database: what a second process would open. */
  another(options?: Partial<EventStoreOptions>): Promise<EventStore>;
  close(): Promise<void>;
}

/** A migrated database of its own with the sample's tables, and a store on it. */
export async function sampleStore(options: Partial<EventStoreOptions> = {}): Promise<SampleStore> {
  const database = await freshDatabase();
  await migrate(database.url, sampleMigrations);
  const opened: EventStore[] = [];
  const another = async (more: Partial<EventStoreOptions> = {}): Promise<EventStore> => {
    const store = await openEventStore({ url: database.url, kek: sampleKek, kinds, ...options, ...more });
    opened.push(store);
    return store;
  };
  return {
    url: database.url,
    store: await another(),
    another,
    close: async () => {
      await Promise.all(opened.map((store) => store.close()));
      await database.drop();
    },
  };
}

const cause = { actor: { kind: 'system' as const, id: 'test' }, correlationId: 'test' };
type More<C extends BoxCommand | LetterCommand, State> = Partial<Omit<HandleRequest<C, State>, 'command' | 'meta'>> & {
  /** Time of the command; default now. */
  now?: string;
};

/** Sends a command to a box; its id and tenant are new unless given. */
export const toBox = (
  store: EventStore,
  command: Omit<BoxCommand, 'meta'>,
  { now = new Date().toISOString(), ...more }: More<BoxCommand, Box> = {},
) =>
  store.handle(box, {
    tenantId: newId(),
    id: newId(),
    command: { ...command, meta: { now } } as BoxCommand,
    meta: cause,
    ...more,
  });

export const toLetter = (
  store: EventStore,
  command: Omit<LetterCommand, 'meta'>,
  { now = new Date().toISOString(), ...more }: More<LetterCommand, Letter> = {},
) =>
  store.handle(letter, {
    tenantId: newId(),
    id: newId(),
    command: { ...command, meta: { now } } as LetterCommand,
    meta: cause,
    ...more,
  });

/** An open box of a new tenant. */
export async function openBox(
  store: EventStore,
  options: { tenantId?: string; limits?: Array<number | null>; access?: unknown } = {},
): Promise<{ tenantId: string; boxId: string }> {
  const tenantId = options.tenantId ?? newId();
  const boxId = newId();
  const data = { number: boxId, access: options.access ?? { owners: ['a'] }, limits: options.limits ?? [] };
  await toBox(store, { type: 'OpenBox', data }, { tenantId, id: boxId, isNew: true });
  return { tenantId, boxId };
}
