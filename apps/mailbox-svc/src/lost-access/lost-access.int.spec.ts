import type { CallContext } from '@aftertone/contracts';
import { type Reaction, startReaction, verifyFeeds } from '@aftertone/event-store';
import { eventually } from '@aftertone/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inParallel } from '../calls/in-parallel.ts';
import { kinds } from '../ground/model.ts';
import {
  depositInto,
  type Instance,
  makeBox,
  Tenant,
  type TestGround,
  testGround,
} from '../spec-support/test-ground.ts';
import { LostAccess } from './lost-access.ts';

let ground: TestGround;
let parts: Instance;
let reaction: Reaction;
let tenant: Tenant;
let [ann, bob]: [CallContext, CallContext] = [new Tenant().user(), new Tenant().user()];
beforeAll(async () => {
  ground = await testGround();
  parts = await ground.instance();
  const lost = new LostAccess(parts.ground);
  const handle: LostAccess['react'] = (events) => lost.react(events);
  reaction = startReaction({ store: parts.ground.store, name: 'lost-access', handle });
});
afterAll(async () => {
  await reaction.stop();
  await ground.close();
});
beforeEach(() => {
  tenant = new Tenant();
  [ann, bob] = [tenant.user(), tenant.user()];
});

/** Waits until everything so far was reacted to. */
const settled = () =>
  eventually(async () => expect(reaction.position()).toBe(await parts.ground.store.log.headPosition()));

const letIn = (who: CallContext, id: string, role: 'reader' | 'agent' | 'manager' = 'agent') =>
  parts.memberDesk.set({ id, userId: who.actor.id, grant: { role } }, tenant.admin);
const change = (id: string, changes: object) => parts.mailboxDesk.change({ id, changes }, tenant.admin);

const claimedBy = async (who: CallContext, mailboxId: string): Promise<string> => {
  const { id } = await parts.depositDesk.deposit(depositInto(mailboxId), tenant.admin);
  await parts.workDesk.claim({ id }, who);
  return id;
};
const holderOf = async (id: string): Promise<string | null> => {
  const { message } = await parts.inbox.require(tenant.admin, id, { deleted: true, right: null });
  return message.assigneeUserId;
};
const holders = async (...ids: string[]) => {
  await settled();
  return Promise.all(ids.map(holderOf));
};

describe('what is in hand', () => {
  it("of a removed member is open again, deleted messages too; what is done stays, and so does the others' and elsewhere", async () => {
    const [box, other] = [
      await makeBox(parts, tenant, { accessType: 'group' }),
      await makeBox(parts, tenant, { accessType: 'group' }),
    ];
    for (const { id } of [box, other]) for (const who of [ann, bob]) await letIn(who, id);
    const [inHand, deleted, done] = [
      await claimedBy(ann, box.id),
      await claimedBy(ann, box.id),
      await claimedBy(ann, box.id),
    ];
    const [bobs, elsewhere] = [await claimedBy(bob, box.id), await claimedBy(ann, other.id)];
    await parts.messageDesk.delete({ id: deleted }, bob);
    await parts.workDesk.finish({ id: done }, ann);
    await parts.memberDesk.remove({ id: box.id, userId: ann.actor.id }, tenant.admin);
    const [a, b] = [ann.actor.id, bob.actor.id];
    expect(await holders(inHand, deleted, done, bobs, elsewhere)).toEqual([null, null, a, b, a]);
    const restored = await parts.messageDesk.restore({ id: deleted }, bob);
    expect(restored).toMatchObject({ state: 'open', assigneeUserId: null });
    const { rows } = await parts.ground.store.pool.query(
      "SELECT meta FROM event WHERE tenant_id = $1 AND type = 'MessageReleased'",
      [tenant.id],
    );
    expect(rows).toMatchObject([{ meta: { actor: { kind: 'system', id: 'mailbox-svc' } } }]);
    expect(await verifyFeeds(parts.ground.store, kinds)).toEqual([]);
  });

  it('stays with a member whose role shrinks or who may listen as an owner or by the default role', async () => {
    const group = await makeBox(parts, tenant, { accessType: 'group', ownerUserIds: [bob.actor.id] });
    const global = await makeBox(parts, tenant, { accessType: 'global' });
    for (const { id } of [group, global]) for (const who of [ann, bob]) await letIn(who, id);
    const held = [await claimedBy(ann, group.id), await claimedBy(bob, group.id), await claimedBy(ann, global.id)];
    await letIn(ann, group.id, 'reader');
    await parts.memberDesk.remove({ id: group.id, userId: bob.actor.id }, tenant.admin);
    await parts.memberDesk.remove({ id: global.id, userId: ann.actor.id }, tenant.admin);
    await change(global.id, { defaultRole: 'reader' });
    expect(await holders(...held)).toEqual([ann.actor.id, bob.actor.id, ann.actor.id]);
  });

  it("goes with a demotion to somebody else's mailbox, but not from who owns it or from administrators", async () => {
    const owner = tenant.user();
    const box = await makeBox(parts, tenant, { accessType: 'group', ownerUserIds: [owner.actor.id] });
    await letIn(ann, box.id);
    const [anns, owners, admins] = [
      await claimedBy(ann, box.id),
      await claimedBy(owner, box.id),
      await claimedBy(tenant.admin, box.id),
    ];
    await change(box.id, { accessType: 'personal' });
    expect(await holders(anns, owners, admins)).toEqual([null, owner.actor.id, tenant.admin.actor.id]);
    await change(box.id, { ownerUserIds: [bob.actor.id] });
    expect(await holders(owners, admins)).toEqual([null, tenant.admin.actor.id]);
  });

  it('goes when a global mailbox becomes a group, from who is no member', async () => {
    const box = await makeBox(parts, tenant, { accessType: 'global' });
    await letIn(bob, box.id);
    const held = [await claimedBy(ann, box.id), await claimedBy(bob, box.id)];
    await change(box.id, { accessType: 'group' });
    expect(await holders(...held)).toEqual([null, bob.actor.id]);
  });

  it('goes where it is more than a page, and reacting again changes nothing', async () => {
    const box = await makeBox(parts, tenant, { accessType: 'group', quota: { maxMessages: null } });
    for (const who of [ann, bob]) await letIn(who, box.id);
    const ids: string[] = [];
    await inParallel(Array.from({ length: 520 }), 16, async () => {
      ids.push(await claimedBy(ann, box.id));
    });
    await parts.memberDesk.remove({ id: box.id, userId: ann.actor.id }, tenant.admin);
    expect(new Set(await holders(...ids))).toEqual(new Set([null]));
    const head = await parts.ground.store.log.headPosition();
    await new LostAccess(parts.ground).react(await parts.ground.store.log.readAll(0, head));
    expect(await parts.ground.store.log.headPosition()).toBe(head);
  }, 60_000);

  it('stays with who was let in again before it was looked at', async () => {
    await reaction.stop();
    const box = await makeBox(parts, tenant, { accessType: 'group' });
    await letIn(ann, box.id);
    const id = await claimedBy(ann, box.id);
    await parts.memberDesk.remove({ id: box.id, userId: ann.actor.id }, tenant.admin);
    await letIn(ann, box.id);
    const lost = new LostAccess(parts.ground);
    reaction = startReaction({ store: parts.ground.store, name: 'lost-access', handle: (e) => lost.react(e) });
    expect(await holders(id)).toEqual([ann.actor.id]);
  });
});

it('leaves nothing in the hands of a member who claims while being removed', async () => {
  const other = await ground.instance();
  const box = await makeBox(parts, tenant, { accessType: 'group' });
  for (let time = 0; time < 15; time += 1) {
    await letIn(ann, box.id);
    const { id } = await parts.depositDesk.deposit(depositInto(box.id), tenant.admin);
    await Promise.allSettled([
      other.workDesk.claim({ id }, ann),
      parts.memberDesk.remove({ id: box.id, userId: ann.actor.id }, tenant.admin),
    ]);
    expect(await holders(id)).toEqual([null]);
  }
});
