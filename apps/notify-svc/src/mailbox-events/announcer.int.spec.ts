import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { messageOf, someMailbox } from '../test-support/mailbox-events.ts';
import { type Notify, startNotify } from '../test-support/notify.ts';

let notify: Notify;

beforeAll(async () => {
  notify = await startNotify();
});
afterAll(() => notify.close());

const recipients = async (event: Parameters<Notify['deliveries']>[0]) =>
  (await notify.deliveries(event)).map(({ recipient }) => recipient).sort();

describe('a new message', () => {
  it('is told to each recipient of the mailbox, to each once', async () => {
    const box = someMailbox({ to: ['anna@example.test', 'ben@example.test', 'anna@example.test'] });
    const message = box.messageCreated();
    await notify.tell(box.created(), message);
    expect(await recipients(message)).toEqual(['anna@example.test', 'ben@example.test']);
    const [delivery] = await notify.deliveries(message);
    expect(delivery).toMatchObject({
      eventId: message.id,
      messageId: messageOf(message),
      mailboxId: box.mailboxId,
      channel: 'email',
      state: 'pending',
      attempts: [],
      nextAttemptAt: delivery?.createdAt,
    });
  });

  it('is told once, however often its event comes, and also to nobody who was added since', async () => {
    const box = someMailbox({ to: ['anna@example.test'] });
    const message = box.messageCreated();
    await notify.tell(box.created(), message, message);
    await Promise.all([notify.tell(message), notify.tell(message)]);
    await notify.tell(box.updated({ to: ['anna@example.test', 'new@example.test'] }), message);
    expect(await recipients(message)).toEqual(['anna@example.test']);
  });

  it('is not told late to the first recipient that a mailbox gets', async () => {
    const box = someMailbox({ to: [] });
    const message = box.messageCreated();
    await notify.tell(box.created(), message);
    await notify.tell(box.updated({ to: ['new@example.test'] }), message);
    expect(await recipients(message)).toEqual([]);
  });

  it.each([
    ['copied', {}, 1],
    ['moved', {}, 1],
    ['moved', { heard: true }, 0],
    ['moved', { folder: 'saved' }, 0],
    ['restored', {}, 0],
  ])('is told when it was new here to others too: %s %o', async (reason, change, told) => {
    const box = someMailbox({ to: ['anna@example.test'] });
    const message = box.messageCreated(change, reason);
    await notify.tell(box.created(), message);
    expect(await recipients(message)).toHaveLength(told);
  });

  it('waits for the settings of its mailbox', async () => {
    const box = someMailbox({ to: ['anna@example.test'] });
    const settings = box.created();
    const message = box.messageCreated();
    await expect(notify.tell(message)).rejects.toMatchObject({ code: 'mailbox-unknown', kind: 'not-found' });
    await notify.tell(settings, message);
    expect(await recipients(message)).toHaveLength(1);
  });

  it('is told by the newest settings, also when older ones come again', async () => {
    const box = someMailbox({ to: ['old@example.test'] });
    const created = box.created();
    const updated = box.updated({ to: ['new@example.test'] });
    const message = box.messageCreated();
    await notify.tell(created, updated, created, message);
    expect(await recipients(message)).toEqual(['new@example.test']);
    const late = box.messageCreated();
    await notify.tell(box.closed(), updated, late);
    expect(await recipients(late)).toEqual([]);
  });

  it('that nobody can read is refused for good', async () => {
    const box = someMailbox({ to: [] });
    const broken = { ...box.messageCreated(), data: { mailboxId: 'x' } };
    await expect(notify.tell(broken)).rejects.toMatchObject({ code: 'event-unreadable', kind: 'invalid' });
  });
});

describe('the caller', () => {
  it('is in no table in clear, and after a purge nowhere at all', async () => {
    const box = someMailbox({ to: ['anna@example.test'] });
    const caller = { callerNumber: '+4930999888777', callerName: 'Hidden Person', calledNumber: '+4930111222333' };
    const message = box.messageCreated(caller);
    await notify.tell(box.created(), message);
    const stored = await notify.everything();
    expect(stored).toContain('anna@example.test');
    for (const text of Object.values(caller)) expect(stored).not.toContain(text);

    const keys = () =>
      notify.store.pool.query<{ destroyed: boolean }>(
        'SELECT wrapped IS NULL AS destroyed FROM subject_key WHERE tenant_id = $1',
        [box.tenantId],
      );
    expect((await keys()).rows).toEqual([{ destroyed: false }]);
    const purged = box.messageDeleted(messageOf(message), 'purged');
    await notify.tell(purged, purged);
    expect((await keys()).rows).toEqual([{ destroyed: true }]);
    expect(await notify.deliveries(message)).toMatchObject([{ state: 'cancelled', nextAttemptAt: null }]);
  });

  it('of a purged message stays unknown when the message is heard of late', async () => {
    const box = someMailbox({ to: ['anna@example.test'] });
    const message = box.messageCreated();
    await notify.tell(box.created(), box.messageDeleted(messageOf(message), 'purged'), message);
    expect(await notify.deliveries(message)).toEqual([]);
  });

  it('stays when the message can still be restored', async () => {
    const box = someMailbox({ to: ['anna@example.test'] });
    const message = box.messageCreated();
    await notify.tell(box.created(), message, box.messageDeleted(messageOf(message), 'deleted'));
    expect(await notify.deliveries(message)).toMatchObject([{ state: 'pending' }]);
  });
});

describe('the list', () => {
  it('comes in pages, oldest first, and only to its tenant', async () => {
    const to = Array.from({ length: 7 }, (_, n) => `r${n}@example.test`);
    const box = someMailbox({ to });
    const message = box.messageCreated();
    await notify.tell(box.created(), message);
    const messageId = messageOf(message);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await notify.list.page(box.tenantId, {
        messageId,
        limit: 3,
        ...(cursor !== undefined && { cursor }),
      });
      expect(page.items.length).toBeLessThanOrEqual(3);
      seen.push(...page.items.map(({ recipient }) => recipient));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(seen.toSorted()).toEqual(to);
    expect(await notify.list.page(someMailbox({ to }).tenantId, { messageId, limit: 50 })).toEqual({
      items: [],
      next: null,
    });
    await expect(notify.list.page(box.tenantId, { messageId, limit: 3, cursor: 'x' })).rejects.toMatchObject({
      code: 'cursor-invalid',
    });
  });
});
