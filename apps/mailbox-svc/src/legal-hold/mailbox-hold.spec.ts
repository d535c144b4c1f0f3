import { newId } from '@aftertone/kernel';
import { deciderSpec } from '@aftertone/testing';
import { describe, it } from 'vitest';
import { type MailboxCommand, mailboxDecider } from '../mailboxes/mailbox.decider.ts';
import { ann, annsBox, created } from '../mailboxes/mailbox.samples.ts';
import type { MailboxEvent, MailboxFacts } from '../mailboxes/mailbox.ts';
import type { Changer } from '../mailboxes/permission.ts';

const given = deciderSpec(mailboxDecider);
const now = '2026-03-02T11:00:00.000Z';
const meta = { now };
const mailboxId = newId();
const admin: Changer = { mailboxId, actor: { kind: 'user', id: newId(), admin: true } };
const owner: Changer = { mailboxId, actor: { kind: 'user', id: ann, admin: false } };
const by = admin.actor.id;

const made: MailboxEvent = { type: 'MailboxCreated', data: { mailbox: annsBox } };
const becomes = (mailbox: Partial<MailboxFacts>, was: Partial<MailboxFacts>, version = 2): MailboxEvent => ({
  type: 'MailboxChanged',
  data: { mailbox: { ...annsBox, ...mailbox, updatedAt: now, version }, was },
});
const legalHold = { reason: 'case 1', since: now, by };
const held = becomes({ legalHold }, { legalHold: null });
const holdIt = (reason = 'case 1', changer = admin): MailboxCommand => ({
  type: 'HoldMailbox',
  data: { hold: { reason, by: changer.actor.id }, by: changer },
  meta,
});
const endIt = (changer = admin): MailboxCommand => ({ type: 'EndMailboxHold', data: { by: changer }, meta });
const close: MailboxCommand = { type: 'CloseMailbox', data: {}, meta };

describe("a mailbox's legal hold", () => {
  it('begins and ends, each once', () => {
    given(made).when(holdIt()).then(held);
    given(made, held).when(holdIt()).then();
    given(made, held)
      .when(endIt())
      .then(becomes({}, { legalHold }, 3));
    given(made).when(endIt()).then();
  });

  it('gets another reason, and keeps its time and who began it', () => {
    given(made, held)
      .when(holdIt('case 2'))
      .then(becomes({ legalHold: { ...legalHold, reason: 'case 2' } }, { legalHold }, 3));
  });

  it('is not changed by who has seen an older version', () => {
    const seen = (command: MailboxCommand, ifVersion: number) =>
      ({ ...command, data: { ...command.data, ifVersion } }) as MailboxCommand;
    given(made, held)
      .when(seen(holdIt('case 2'), 1))
      .thenThrows('version-mismatch');
    given(made, held).when(seen(endIt(), 1)).thenThrows('version-mismatch');
    given(made, held)
      .when(seen(endIt(), 2))
      .then(becomes({}, { legalHold }, 3));
  });

  it('keeps messages where they are seen', () => {
    const leave: MailboxCommand = {
      type: 'ChangeMailbox',
      data: { changes: { storage: { type: 'external', email: 'ann@elsewhere.test' } }, by: admin },
      meta,
    };
    given(made, held).when(leave).thenThrows('legal-hold', { held: 'mailbox' });
  });

  it("is administrators' business: owners neither begin nor end it", () => {
    given(made).when(holdIt('case 1', owner)).thenThrows('administrator-required');
    given(made, held).when(endIt(owner)).thenThrows('administrator-required');
    given().when(holdIt()).thenThrows('mailbox-not-found');
  });

  it('keeps the mailbox from being closed, and outlives other changes', () => {
    given(made, held).when(close).thenThrows('legal-hold', { held: 'mailbox' });
    const renamed = becomes({ legalHold, name: 'Other' }, { name: annsBox.name }, 3);
    given(made, held)
      .when({ type: 'ChangeMailbox', data: { changes: { name: 'Other' }, by: owner }, meta })
      .then(renamed);
    given(made, held, renamed).when(close).thenThrows('legal-hold');
    given(made, held, becomes({}, { legalHold }, 3))
      .when(close)
      .then({ type: 'MailboxClosed', data: { counted: true } });
  });
});

describe("a mailbox's rules of retention", () => {
  const rules = { ...annsBox.retention, heardDays: 30, trashDays: null };

  it('change each by itself', () => {
    const changed = becomes({ retention: { ...annsBox.retention, heardDays: 30 } }, { retention: annsBox.retention });
    given(made)
      .when({ type: 'ChangeMailbox', data: { changes: { retention: { heardDays: 30 } }, by: admin }, meta })
      .then(changed);
    given(made, changed)
      .when({ type: 'ChangeMailbox', data: { changes: { retention: { trashDays: null } }, by: admin }, meta })
      .then(becomes({ retention: rules }, { retention: { ...annsBox.retention, heardDays: 30 } }, 3));
  });

  it("are administrators' business", () => {
    given(made)
      .when({ type: 'ChangeMailbox', data: { changes: { retention: { heardDays: 30 } }, by: owner }, meta })
      .thenThrows('administrator-required');
  });

  it('come with a new mailbox, the others as the tenant has them', () => {
    const { shortId, hasPin: _, createdAt, updatedAt: __, version: ___, legalHold: ____, ...settings } = annsBox;
    given()
      .when({
        type: 'CreateMailbox',
        data: { settings: { ...settings, retention: { heardDays: 30, trashDays: null } }, shortId },
        meta: { now: created },
      })
      .then({ type: 'MailboxCreated', data: { mailbox: { ...annsBox, retention: rules, createdAt } } });
  });
});
