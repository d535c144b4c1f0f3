import { type Actor, type CallContext, type Right, right } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  depositInto,
  type Instance,
  makeBox,
  Tenant,
  type TestGround,
  testGround,
} from '../spec-support/test-ground.ts';
import { rightsOn } from './rights.ts';

let ground: TestGround;
let parts: Instance;
beforeAll(async () => {
  ground = await testGround();
  parts = await ground.instance();
});
afterAll(() => ground.close());

const users = [newId(), newId(), newId()];
const memberGrants = [
  null,
  { role: 'reader' as const },
  { role: 'manager' as const },
  { rights: ['mark' as const] },
] as const;

const boxes = fc.array(
  fc.record({
    accessType: fc.constantFrom('personal', 'global', 'group'),
    owners: fc.subarray(users),
    defaultRole: fc.constantFrom('reader', 'agent', 'manager'),
    /** Per user; given while the mailbox is a group, whatever it becomes then. */
    members: fc.tuple(...users.map(() => fc.constantFrom(...memberGrants))),
    closed: fc.boolean(),
  }),
  { minLength: 1, maxLength: 4 },
);

const rightsLists = fc.constantFrom<Right[]>(
  [],
  ['listen'],
  ['deposit'],
  ['mark', 'restore'],
  ['listen', 'mark'],
  ['settings'],
);
const actors = fc.array(
  fc.record({
    kind: fc.constantFrom<Actor['kind']>('user', 'user', 'service', 'system'),
    user: fc.constantFrom(...users),
    admin: fc.constantFrom(false, false, false, true),
    others: fc.option(rightsLists, { nil: undefined }),
    /** Per mailbox, by its place. */
    named: fc.array(fc.option(rightsLists, { nil: undefined }), { maxLength: 4 }),
    limits: fc.array(fc.option(rightsLists, { nil: undefined }), { maxLength: 4 }),
  }),
  { minLength: 1, maxLength: 4 },
);

type Wanted = typeof boxes extends fc.Arbitrary<(infer One)[]> ? One : never;

const make = async (tenant: Tenant, wanted: Wanted) => {
  const { accessType, owners, defaultRole, members, closed } = wanted;
  const { id } = await makeBox(parts, tenant, { accessType: 'group', defaultRole });
  for (const [n, grant] of members.entries()) {
    const userId = users[n];
    if (grant !== null && userId !== undefined) {
      await parts.memberDesk.set(
        { id, userId, grant: 'rights' in grant ? { rights: [...grant.rights] } : grant },
        tenant.admin,
      );
    }
  }
  await parts.mailboxDesk.change({ id, changes: { accessType, ownerUserIds: owners } }, tenant.admin);
  const { id: messageId } = await parts.depositDesk.deposit(depositInto(id), tenant.admin);
  if (closed) await parts.mailboxDesk.close({ id }, tenant.admin);
  return { ...wanted, id, messageId };
};
type Made = Awaited<ReturnType<typeof make>>;

const memberRightsOf = async (tenant: Tenant, { id }: Made, userId: string): Promise<Right[] | null> => {
  const { rows } = await parts.ground.store.pool.query<{ rights: Right[] }>(
    'SELECT rights FROM mailbox_member WHERE tenant_id = $1 AND mailbox_id = $2 AND user_id = $3',
    [tenant.id, id, userId],
  );
  return rows[0]?.rights ?? null;
};

const outcomeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { code: string }) => error.code,
  );

it('shows in lists exactly what the rule lets one listen to, and refuses the rest as the rule says', async () => {
  const property = fc.asyncProperty(boxes, actors, async (wanted, askers) => {
    const tenant = new Tenant();
    const made: Made[] = [];
    for (const one of wanted) made.push(await make(tenant, one));
    for (const { kind, user, admin, others, named, limits: left } of askers) {
      const grants = Object.fromEntries([
        ...(others ? [['*', others]] : []),
        ...made.flatMap(({ id }, n) => (named[n] ? [[id, named[n]]] : [])),
      ]);
      const limits = Object.fromEntries(made.flatMap(({ id }, n) => (left[n] ? [[id, left[n]]] : [])));
      const actor: Actor = { kind, id: user, admin, grants, limits };
      const call: CallContext = { ...tenant.admin, actor };
      const expected = await Promise.all(
        made.map(async (box) => {
          if (box.closed) return new Set<Right>();
          const memberRights = kind === 'user' ? await memberRightsOf(tenant, box, user) : null;
          const { id: mailboxId, accessType: type, owners: ownerUserIds, defaultRole } = box;
          return rightsOn(actor, { mailboxId, type, ownerUserIds, defaultRole, memberRights });
        }),
      );
      const heard = made.filter((_, n) => expected[n]?.has('listen'));
      const listed = await parts.mailboxDesk.list({ limit: 50 }, call);
      expect(new Set(listed.items.map(({ id }) => id))).toEqual(new Set(heard.map(({ id }) => id)));
      const messages = await parts.inbox.list(call, { limit: 50 });
      expect(new Set(messages.items.map(({ id }) => id))).toEqual(new Set(heard.map(({ messageId }) => messageId)));
      for (const [n, { id }] of made.entries()) {
        const rights = expected[n] ?? new Set();
        for (const needed of right.options) {
          const outcome = rights.size === 0 ? 'mailbox-not-found' : rights.has(needed) ? 'done' : 'right-required';
          expect(await outcomeOf(parts.directory.require(call, id, needed))).toBe(outcome);
        }
        const refusal = admin ? 'right-required' : 'administrator-required';
        const administers =
          rights.size === 0 ? 'mailbox-not-found' : admin && rights.has('settings') ? 'done' : refusal;
        expect(await outcomeOf(parts.directory.require(call, id, 'administer'))).toBe(administers);
      }
    }
  });
  await fc.assert(property, { numRuns: 25 });
}, 60_000);
