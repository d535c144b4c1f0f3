import type { MailboxRetention } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { MailboxClosing, makeBox, sweep, Tenant } from '@aftertone/mailbox-svc/for-histories';
import fc from 'fast-check';
import { expect } from 'vitest';
import { hourMs, unlessRefused, type World } from './world.ts';

const ofMessages = [
  ...(['deposit', 'deposit', 'copy', 'copy', 'move', 'delete', 'delete', 'restore', 'purge', 'purge'] as const),
  ...(['hear', 'bin', 'attach', 'attach', 'orphan', 'hold', 'endHold'] as const),
];
const ofMailboxes = ['holdBox', 'holdBox', 'holdBox', 'endBoxHold', 'endBoxHold', 'close'] as const;
const around = [
  'sweep',
  'sweep',
  'empty',
  'publish',
  'publish',
  'deliver',
  'deliver',
  'clean',
  'race',
  'pass',
  'settle',
] as const;

/** What happens next; which message, which mailbox and how much is told by numbers. */
export const step = fc.record({
  what: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...ofMessages) },
    { weight: 1, arbitrary: fc.constantFrom(...ofMailboxes) },
    { weight: 4, arbitrary: fc.constantFrom(...around) },
  ),
  which: fc.nat(4),
  where: fc.nat(2),
  picks: fc.array(fc.nat(59), { minLength: 1, maxLength: 12 }),
});
export type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const rules: Partial<MailboxRetention>[] = [
  { heardDays: 2, unheardDays: 4, trashDays: 1, deletedDays: 1 },
  { heardDays: null, unheardDays: 1, trashDays: 0, deletedDays: 0 },
  {},
];

const reason = { reason: null };

/** A tenant with three mailboxes, of which each keeps messages for another time, and what happens to their messages. */
export class Story {
  readonly tenant = new Tenant();
  private readonly world: World;
  private readonly boxes: string[] = [];
  private readonly messages: string[] = [];

  constructor(world: World) {
    this.world = world;
  }

  async begin(): Promise<void> {
    for (const retention of rules) {
      this.boxes.push((await makeBox(this.world.mailboxes, this.tenant, { retention })).id);
    }
  }

  async take(next: Step): Promise<void> {
    await unlessRefused(() => this.run(next));
    // Nothing else takes anything away.
    if (next.what === 'clean' || next.what === 'race') await this.nothingIsMissing();
  }

  private async run({ what, which, where, picks }: Step): Promise<unknown> {
    const { world, tenant } = this;
    const { admin, id: tenantId } = tenant;
    const { depositDesk, messageDesk, mailboxDesk, messageHolds } = world.mailboxes;
    // One of the newest: older ones are mostly gone.
    const id = this.messages.at(-1 - which) ?? newId();
    const mailboxId = this.boxes[where] ?? '';
    switch (what) {
      case 'deposit': {
        const whole = await world.deposit(tenantId, mailboxId);
        const input = which === 0 ? { ...whole, voice: undefined, storedAt: undefined } : whole;
        return this.messages.push((await depositDesk.deposit(input, admin)).id);
      }
      case 'copy':
        return this.messages.push((await messageDesk.copy({ id, copyId: newId(), mailboxId }, admin)).id);
      case 'move':
        return messageDesk.move({ id, mailboxId }, admin);
      case 'delete':
        return messageDesk.delete({ id }, admin);
      case 'restore':
        return messageDesk.restore({ id }, admin);
      case 'purge':
        return messageDesk.purge(id, admin);
      case 'hear':
        return messageDesk.change({ id, changes: { heard: true } }, admin);
      case 'bin':
        return messageDesk.change({ id, changes: { folder: 'trash' } }, admin);
      case 'attach':
        return messageDesk.attach({ id, ...(await world.record(tenantId)) }, admin);
      case 'orphan':
        return world.record(tenantId);
      case 'hold':
        return messageHolds.hold({ id, hold: reason }, admin);
      case 'endHold':
        return messageHolds.end({ id }, admin);
      case 'holdBox':
        return mailboxDesk.hold({ id: mailboxId, hold: reason }, admin);
      case 'endBoxHold':
        return mailboxDesk.endHold({ id: mailboxId }, admin);
      case 'close':
        return mailboxDesk.close({ id: mailboxId }, admin);
      case 'empty':
        return new MailboxClosing(world.mailboxes.ground).react(await this.events());
      case 'sweep':
        return sweep({ ground: world.mailboxes.ground, news: { requireHeard: async () => {} }, scope: { tenantId } });
      case 'publish':
        return world.publish();
      case 'deliver':
        return world.deliver(picks);
      case 'clean':
        return world.cleanUp();
      case 'race':
        return Promise.all([world.deliver(picks), world.cleanUp()]);
      case 'pass':
        return world.pass(which * (where === 0 ? hourMs : 24 * hourMs));
      case 'settle':
        return this.settles();
    }
  }

  /** Whatever has been cleaned up: what a message plays that was not purged is there. */
  private async nothingIsMissing(): Promise<void> {
    const [played, stored] = await Promise.all([this.world.played(this.tenant.id), this.stored()]);
    expect(stored).toEqual(expect.arrayContaining(played));
  }

  /** When every event has come and the grace times are over: what is stored is exactly what is played. */
  async settles(): Promise<void> {
    const { world } = this;
    world.pass(25 * hourMs);
    // Any event does that is young enough: those of other tenants too.
    const other = new Tenant();
    const { id } = await makeBox(world.mailboxes, other);
    const { voice: _, storedAt: __, ...silent } = await world.deposit(other.id, id);
    await world.mailboxes.depositDesk.deposit(silent, other.admin);
    await world.publish();
    await world.deliverAll();
    await world.cleanUp();
    expect(await this.stored()).toEqual(await world.played(this.tenant.id));
  }

  private stored(): Promise<string[]> {
    return this.world.stored(this.tenant.id);
  }

  private events() {
    const { log } = this.world.mailboxes.ground.store;
    return log.readTenant({ tenantId: this.tenant.id, afterPosition: 0, limit: 10_000 });
  }

  /** By the events alone: nothing that was under hold in that moment was lost, or taken out of a held mailbox. */
  async honouredHolds(): Promise<void> {
    const held = new Set<string>();
    const places = new Map<string, string>();
    for (const { streamId, type, data } of await this.events()) {
      const { message, mailbox, was } = data as {
        message?: { mailboxId: string };
        mailbox?: { legalHold: object | null };
        was?: { content?: { type: string } };
      };
      const place = places.get(streamId) ?? '';
      const loses = type === 'MessagePurged' || (type === 'AudioAttached' && was?.content?.type === 'voice');
      if (loses) expect([held.has(streamId), held.has(place)]).toEqual([false, false]);
      if (type === 'MessageMoved') expect(held.has(place)).toBe(false);
      if (type === 'MailboxClosed') {
        expect(held.has(streamId)).toBe(false);
        for (const [of, at] of places) if (at === streamId) expect(held.has(of)).toBe(false);
      }
      if (type === 'MessageHeld') held.add(streamId);
      if (type === 'MessageHoldEnded') held.delete(streamId);
      if (mailbox !== undefined) held[mailbox.legalHold === null ? 'delete' : 'add'](streamId);
      if (message !== undefined) places.set(streamId, `mailbox-${message.mailboxId}`);
      if (type === 'MessagePurged') places.delete(streamId);
    }
  }
}
