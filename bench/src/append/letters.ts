import { type Aggregate, eventStoreMigrations, registerReadModel } from '@aftertone/event-store';
import type { Command, DomainEvent } from '@aftertone/kernel';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The shape of a deposit without its business: one event, one feed with two counters, one read-model row. */
export type Posted = DomainEvent<'Posted', { boxId: string; caller: string; durationMs: number; text: string }>;
export type Post = Command<'Post', Posted['data']>;

export const letter: Aggregate<Posted['data'] | null, Post, Posted> = {
  type: 'letter',
  decider: {
    initialState: null,
    evolve: (_state, event) => event.data,
    decide: (command) => [{ type: 'Posted', data: command.data }],
  },
  codecs: { Posted: { schemaVersion: 1 } },
  feeds: (_before, _after, { data }) => [
    { role: 'box', feedId: data.boxId, delta: [1, data.durationMs], take: 1, requireOpen: true },
  ],
  effects: (_before, after, _events, { id, at }) => ({
    rows: [{ table: 'letter', op: 'upsert', row: { letter_id: id, box_id: after?.boxId, caller: after?.caller, at } }],
  }),
};

export type Opened = DomainEvent<'Opened', { access: unknown }>;
export type Open = Command<'Open', Opened['data']>;

export const box: Aggregate<null, Open, Opened> = {
  type: 'box',
  decider: {
    initialState: null,
    evolve: () => null,
    decide: (command) => [{ type: 'Opened', data: command.data }],
  },
  codecs: { Opened: { schemaVersion: 1 } },
  feeds: (_before, _after, { data }, { id }) => [
    { role: 'box', feedId: id, create: true, take: 1, set: { access: data.access, limits: [null, null] } },
  ],
};

class Letters implements MigrationInterface {
  name = 'Letters1700000000100';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE TABLE letter (
      tenant_id uuid NOT NULL, letter_id uuid NOT NULL, box_id uuid NOT NULL, caller text, at timestamptz NOT NULL,
      PRIMARY KEY (tenant_id, letter_id));
      CREATE INDEX letter_by_time ON letter (tenant_id, box_id, at);
      CREATE TABLE bare_event (LIKE event INCLUDING ALL);
      CREATE TABLE emmett_letter (
        letter_id uuid PRIMARY KEY, box_id uuid NOT NULL, caller text, at timestamptz NOT NULL);
      CREATE INDEX emmett_letter_by_time ON emmett_letter (box_id, at)`);
    await registerReadModel(queryRunner, { table: 'letter', key: ['tenant_id', 'letter_id'] });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE letter, bare_event, emmett_letter');
  }
}

export const migrations = [...eventStoreMigrations, Letters];
