import type { CallContext, Counts, MessageItem } from '@aftertone/contracts';
import { verifyFeeds } from '@aftertone/event-store';
import { DomainError } from '@aftertone/kernel';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { kinds } from '../../ground/model.ts';
import {
  depositInto,
  type Instance,
  makeBox,
  Tenant,
  type TestGround,
  testGround,
} from '../../spec-support/test-ground.ts';

let ground: TestGround;
let parts: Instance;
beforeAll(async () => {
  ground = await testGround();
  parts = await ground.instance();
});
afterAll(() => ground.close());

const nothing = { new: 0, saved: 0, heard: 0, trash: 0, urgentNew: 0, urgentSaved: 0, totalMs: 0 };

/** What a client would count that goes through a mailbox's list. */
const recount = (items: readonly MessageItem[]): Omit<Counts, 'revision'> => {
  const sum = { ...nothing };
  for (const { folder, heard, urgent, content } of items) {
    if (folder === 'trash') {
      sum.trash += 1;
      continue;
    }
    const isNew = folder === 'inbox' && !heard;
    if (isNew) sum.new += 1;
    else if (folder === 'inbox') sum.heard += 1;
    else sum.saved += 1;
    if (urgent && isNew) sum.urgentNew += 1;
    if (urgent && !isNew) sum.urgentSaved += 1;
    if (content.type === 'voice') sum.totalMs += content.durationMs;
  }
  return sum;
};

const messages = 3;
const step = fc.record({
  who: fc.nat(2),
  message: fc.nat(messages - 1),
  what: fc.oneof(
    { weight: 4, arbitrary: fc.record({ heard: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ folder: fc.constantFrom('inbox', 'saved', 'trash', 'work') }) },
    fc.record({ urgent: fc.boolean() }),
    fc.constantFrom('move' as const, 'delete' as const, 'restore' as const, 'purge' as const),
    fc.constantFrom('member' as const, 'shared' as const),
  ),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** One tenant with two mailboxes of three users, and what they do. */
class Story {
  readonly tenant = new Tenant();
  readonly users = [this.tenant.user(), this.tenant.user(), this.tenant.user()];
  readonly boxes: string[] = [];
  readonly ids: string[] = [];

  async begin(): Promise<void> {
    for (let n = 0; n < 2; n += 1) {
      const settings = { accessType: 'global', heardState: 'member' } as const;
      this.boxes.push((await makeBox(parts, this.tenant, settings)).id);
    }
    for (let n = 0; n < messages; n += 1) {
      const input = depositInto(this.boxes[0] ?? '', { urgent: n === 0 });
      this.ids.push((await parts.depositDesk.deposit(input, this.tenant.admin)).id);
    }
  }

  /** A refusal changes nothing; anything else that is thrown is a bug. */
  async take(step: Step): Promise<void> {
    try {
      await this.run(step);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
    }
  }

  private async run({ who, message, what }: Step): Promise<void> {
    const call = this.users[who] as CallContext;
    const id = this.ids[message] ?? '';
    const { messageDesk, mailboxDesk, inbox } = parts;
    if (typeof what !== 'string') {
      await messageDesk.change({ id, changes: what }, call);
      return;
    }
    switch (what) {
      case 'move': {
        const { mailboxId } = (await inbox.require(call, id, { deleted: false, right: 'listen' })).message;
        const to = this.boxes.find((box) => box !== mailboxId) ?? '';
        await messageDesk.move({ id, mailboxId: to }, call);
        return;
      }
      case 'delete':
        return messageDesk.delete({ id }, call);
      case 'restore':
        await messageDesk.restore({ id }, call);
        return;
      case 'purge':
        return messageDesk.purge(id, call);
      case 'member':
      case 'shared':
        await mailboxDesk.change({ id: this.boxes[0] ?? '', changes: { heardState: what } }, this.tenant.admin);
    }
  }

  async check(): Promise<void> {
    for (const mailboxId of this.boxes) {
      for (const call of [...this.users, this.tenant.admin]) {
        const { items } = await parts.inbox.list(call, { limit: 50 }, mailboxId);
        const { revision: _, ...counted } = await parts.mailboxDesk.counts(mailboxId, call);
        expect(counted).toEqual(recount(items));
        for (const heard of [true, false]) {
          const filtered = await parts.inbox.list(call, { limit: 50, heard }, mailboxId);
          expect(filtered.items).toEqual(items.filter((item) => item.heard === heard));
        }
      }
    }
  }
}

it('counts for every member what a recount of the lists as that member sees them comes to', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const story = new Story();
      await story.begin();
      for (const taken of steps) await story.take(taken);
      await story.check();
    }),
    { numRuns: 20 },
  );
  expect(await verifyFeeds(parts.ground.store, kinds)).toEqual([]);
});
