import type { MigrationInterface, QueryRunner } from 'typeorm';

// A row of somebody who has lost everything stays: its version keeps an older event from bringing it back.
const tables = `
CREATE TABLE shared_mailbox (
  tenant_id uuid NOT NULL,
  mailbox_id uuid NOT NULL,
  is_group boolean NOT NULL,
  version integer NOT NULL,
  PRIMARY KEY (tenant_id, mailbox_id)
);

CREATE TABLE mailbox_person (
  tenant_id uuid NOT NULL,
  user_id uuid NOT NULL,
  mailbox_id uuid NOT NULL,
  owns boolean NOT NULL,
  listens boolean NOT NULL,
  member_version integer NOT NULL,
  PRIMARY KEY (tenant_id, user_id, mailbox_id)
);
CREATE INDEX mailbox_person_by_mailbox ON mailbox_person (tenant_id, mailbox_id) WHERE owns;

-- Who may listen to which group mailbox.
CREATE VIEW group_access AS
  SELECT p.tenant_id, p.user_id, p.mailbox_id
  FROM mailbox_person p JOIN shared_mailbox s ON s.tenant_id = p.tenant_id AND s.mailbox_id = p.mailbox_id
  WHERE s.is_group AND (p.owns OR p.listens);
`;

export class GroupAccess1700000100030 implements MigrationInterface {
  name = 'GroupAccess1700000100030';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(tables);
  }

  async down(): Promise<void> {
    throw new Error('access to group mailboxes is not taken away by a migration: drop the database');
  }
}
