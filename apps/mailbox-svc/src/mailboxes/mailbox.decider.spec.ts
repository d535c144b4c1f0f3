import { deciderSpec } from '@aftertone/testing';
import { describe, expect, it } from 'vitest';
import { type MailboxCommand, mailboxDecider } from './mailbox.decider.ts';
import { ann, annsBox, bob, created, newAnnsBox } from './mailbox.samples.ts';
import type { MailboxEvent, MailboxFacts } from './mailbox.ts';

const given = deciderSpec(mailboxDecider);
const now = '2026-03-02T10:00:00.000Z';
const meta = { now };

const boxCreated: MailboxEvent = { type: 'MailboxCreated', data: { mailbox: annsBox } };
const pinSet: MailboxEvent = {
  type: 'PinSet',
  data: { mailbox: { ...annsBox, hasPin: true, version: 2, updatedAt: now } },
};
const closed: MailboxEvent = { type: 'MailboxClosed', data: { counted: true } };
const purged: MailboxEvent = { type: 'MailboxPurged', data: {} };

const by = {
  mailboxId: '0190b000-0000-7000-8000-000000000001',
  actor: { kind: 'user', id: '0190a000-0000-7000-8000-0000000000ad', admin: true },
} as const;
const as = (id: string) => ({ ...by, actor: { ...by.actor, id, admin: false } });

const create: MailboxCommand = {
  type: 'CreateMailbox',
  data: { settings: newAnnsBox, shortId: 7 },
  meta: { now: created },
};
const change = (
  changes: Extract<MailboxCommand, { type: 'ChangeMailbox' }>['data']['changes'],
  ifVersion?: number,
): MailboxCommand => ({
  type: 'ChangeMailbox',
  data: { changes, by, ...(ifVersion !== undefined && { ifVersion }) },
  meta,
});
const changed = (
  mailbox: Partial<MailboxFacts>,
  was: Partial<MailboxFacts>,
  told: { countsTold?: true; sole?: true } = {},
): MailboxEvent => ({
  type: 'MailboxChanged',
  data: { mailbox: { ...annsBox, version: 2, updatedAt: now, ...mailbox }, was, ...told },
});

describe('creating a mailbox', () => {
  it('fills what was not given from the defaults', () => {
    given().when(create).then(boxCreated);
  });

  it('is refused for an id that is taken', () => {
    given(boxCreated).when(create).thenThrows('mailbox-exists');
    given(boxCreated, closed).when(create).thenThrows('mailbox-exists');
  });
});

describe('changing a mailbox', () => {
  it('takes what the actor may do in it when the command is decided', () => {
    const rename: MailboxCommand = { type: 'ChangeMailbox', data: { changes: { name: 'Anne' }, by: as(ann) }, meta };
    const renumber: MailboxCommand = { type: 'ChangeMailbox', data: { changes: { number: '1' }, by: as(ann) }, meta };
    const setPin: MailboxCommand = { type: 'SetPin', data: { by: as(ann) }, meta };
    const sold = changed({ ownerUserIds: [bob] }, { ownerUserIds: [ann] });
    given(boxCreated)
      .when(rename)
      .then(changed({ name: 'Anne' }, { name: 'Ann' }));
    given(boxCreated).when(renumber).thenThrows('administrator-required');
    given(boxCreated).when(setPin).then(pinSet);
    for (const command of [rename, renumber, setPin])
      given(boxCreated, sold).when(command).thenThrows('mailbox-not-found');
  });

  it('records the new settings and what the changed ones were', () => {
    given(boxCreated)
      .when(change({ name: 'Ann B.', number: '1001' }))
      .then(changed({ name: 'Ann B.', number: '1001' }, { name: 'Ann', number: '1000' }));
  });

  it('keeps absent fields inside quota, and inside of what is in notify', () => {
    given(boxCreated)
      .when(
        change({ quota: { maxTotalSeconds: null }, notify: { email: { attachAudio: true }, saveAfterNotify: true } }),
      )
      .then(
        changed(
          {
            quota: { ...annsBox.quota, maxTotalSeconds: null },
            notify: {
              ...annsBox.notify,
              email: { ...annsBox.notify.email, attachAudio: true },
              saveAfterNotify: true,
            },
          },
          { quota: annsBox.quota, notify: annsBox.notify },
        ),
      );
  });

  it('tells the counts when messages come to be kept elsewhere, not when they only go to another address', () => {
    const storage = { type: 'external', email: 'ann@elsewhere.test' } as const;
    const [there, elsewhere] = [{ storage }, { storage: { ...storage, email: 'ann@other.test' } }];
    const becameExternal = changed(there, { storage: annsBox.storage }, { countsTold: true });
    given(boxCreated).when(change(there)).then(becameExternal);
    const mailbox = { ...annsBox, ...there };
    given({ type: 'MailboxCreated', data: { mailbox } }).when(change(elsewhere)).then(changed(elsewhere, there));
  });

  it('records a change of access, with which the counts are told', () => {
    given(boxCreated)
      .when(change({ accessType: 'global', ownerUserIds: [bob] }))
      .then(
        changed(
          { accessType: 'global', ownerUserIds: [bob] },
          { accessType: 'personal', ownerUserIds: annsBox.ownerUserIds },
          { countsTold: true },
        ),
      );
  });

  it('records that it became the one global mailbox of its context, where there may be one', () => {
    const global = { accessType: 'global' as const };
    const promote: MailboxCommand = { type: 'ChangeMailbox', data: { changes: global, by, sole: true }, meta };
    const promoted = changed(global, { accessType: 'personal' }, { countsTold: true, sole: true });
    given(boxCreated).when(promote).then(promoted);
    const rename: MailboxCommand = { type: 'ChangeMailbox', data: { changes: { name: 'A' }, by, sole: true }, meta };
    given(boxCreated, promoted)
      .when(rename)
      .then(changed({ ...global, name: 'A', version: 3 }, { name: 'Ann' }));
    given(boxCreated)
      .when(rename)
      .then(changed({ name: 'A' }, { name: 'Ann' }));
    given()
      .when({ type: 'CreateMailbox', data: { settings: { ...newAnnsBox, ...global }, shortId: 7, sole: true }, meta })
      .then({
        type: 'MailboxCreated',
        data: { mailbox: { ...annsBox, ...global, createdAt: now, updatedAt: now }, sole: true },
      });
  });

  it('takes what each member may do for themselves as well', () => {
    given(boxCreated)
      .when(change({ heardState: 'member', defaultRole: 'reader' }))
      .then(
        changed(
          { heardState: 'member', defaultRole: 'reader' },
          { defaultRole: 'agent', heardState: 'shared' },
          { countsTold: true },
        ),
      );
  });

  it('changes nothing when everything is so already', () => {
    given(boxCreated)
      .when(change({ name: 'Ann', quota: { maxMessages: 5 }, notify: {}, extra: {} }))
      .then();
  });

  it('takes the version that the caller saw and no other', () => {
    given(boxCreated)
      .when(change({ name: 'A' }, 1))
      .then(changed({ name: 'A' }, { name: 'Ann' }));
    given(boxCreated)
      .when(change({ name: 'A' }, 2))
      .thenThrows('version-mismatch');
    given(boxCreated, changed({ name: 'A' }, { name: 'Ann' }))
      .when(change({ name: 'B' }, 1))
      .thenThrows('version-mismatch');
  });

  it('is not made stale by a refused deposit or a locked PIN', () => {
    const refused: MailboxEvent = {
      type: 'DepositRefused',
      data: { reason: 'mailbox-full', limit: 'maxMessages', revision: 9, at: created },
    };
    given(boxCreated, refused, { type: 'PinLocked', data: { until: now } })
      .when(change({ name: 'A' }, 1))
      .then(changed({ name: 'A' }, { name: 'Ann' }));
  });

  it.each([
    ['unknown', []],
    ['closed', [boxCreated, closed]],
    ['purged', [boxCreated, closed, purged]],
  ])('is refused for a mailbox that is %s', (_which, history) => {
    given(...history)
      .when(change({ name: 'A' }))
      .thenThrows('mailbox-not-found');
  });
});

describe('closing a mailbox', () => {
  it('happens once', () => {
    given(boxCreated).when({ type: 'CloseMailbox', data: {}, meta }).then(closed);
    given(boxCreated, closed).when({ type: 'CloseMailbox', data: {}, meta }).thenThrows('mailbox-not-found');
  });

  it('minds the version that the caller saw', () => {
    given(boxCreated)
      .when({ type: 'CloseMailbox', data: { ifVersion: 3 }, meta })
      .thenThrows('version-mismatch');
  });

  it('is confirmed as purged once, and only when closed', () => {
    const confirm: MailboxCommand = { type: 'ConfirmPurged', data: {}, meta };
    given(boxCreated, closed).when(confirm).then(purged);
    given(boxCreated, closed, purged).when(confirm).then();
    given(boxCreated).when(confirm).thenThrows('mailbox-open');
  });
});

describe('the PIN', () => {
  it('is recorded as set, each time, without itself', () => {
    given(boxCreated).when({ type: 'SetPin', data: { by }, meta }).then(pinSet);
    given(boxCreated, pinSet)
      .when({ type: 'SetPin', data: { by }, meta })
      .then({ type: 'PinSet', data: { mailbox: { ...annsBox, hasPin: true, version: 3, updatedAt: now } } });
  });

  it('is removed once', () => {
    given(boxCreated, pinSet)
      .when({ type: 'RemovePin', data: { by }, meta })
      .then({ type: 'PinRemoved', data: { mailbox: { ...annsBox, version: 3, updatedAt: now } } });
    given(boxCreated).when({ type: 'RemovePin', data: { by }, meta }).then();
  });

  it('is recorded as locked while the mailbox is open', () => {
    given(boxCreated, pinSet)
      .when({ type: 'LockPin', data: { until: now }, meta })
      .then({ type: 'PinLocked', data: { until: now } });
    given(boxCreated, closed)
      .when({ type: 'LockPin', data: { until: now }, meta })
      .then();
  });
});

describe('refusing a deposit', () => {
  const refuse = (revision: number, at: string, limit: 'maxMessages' | 'maxTotalSeconds' = 'maxMessages') =>
    ({ type: 'RefuseDeposit', data: { limit, revision }, meta: { now: at } }) satisfies MailboxCommand;
  const refused = (revision: number, at: string, limit: 'maxMessages' | 'maxTotalSeconds' = 'maxMessages') =>
    ({
      type: 'DepositRefused',
      data: { reason: 'mailbox-full', limit, revision, at },
    }) satisfies MailboxEvent;
  const soon = '2026-03-02T10:00:00.999Z';
  const later = '2026-03-02T10:00:01.000Z';

  it('is recorded', () => {
    given(boxCreated).when(refuse(12, now)).then(refused(12, now));
  });

  it('is not repeated within a second while nothing in the box changes', () => {
    given(boxCreated, refused(12, now)).when(refuse(13, soon)).then();
    given(boxCreated, refused(12, now)).when(refuse(13, later)).then(refused(13, later));
  });

  it('is repeated at once when the box has changed in between, or for another limit', () => {
    given(boxCreated, refused(12, now)).when(refuse(17, soon)).then(refused(17, soon));
    given(boxCreated, refused(12, now))
      .when(refuse(13, soon, 'maxTotalSeconds'))
      .then(refused(13, soon, 'maxTotalSeconds'));
  });
});

it('leaves its input as it is', () => {
  const frozen = Object.freeze({ ...annsBox });
  const event: MailboxEvent = { type: 'MailboxCreated', data: { mailbox: frozen } };
  given(event)
    .when(change({ name: 'A' }))
    .then(changed({ name: 'A' }, { name: 'Ann' }));
  expect(frozen).toEqual(annsBox);
});
