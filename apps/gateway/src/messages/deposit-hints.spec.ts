import { newId } from '@aftertone/kernel';
import { expect, it } from 'vitest';
import { type Caller, ServiceCalls } from '../http/service-calls.ts';
import { DepositHints } from './deposit-hints.ts';

const hint = { room: true, maxMessageSeconds: null };

const hints = () => {
  const asked: PromiseWithResolvers<typeof hint>[] = [];
  const calls = Object.assign(Object.create(ServiceCalls.prototype) as ServiceCalls, {
    send: () => {
      const answer = Promise.withResolvers<typeof hint>();
      asked.push(answer);
      return answer.promise;
    },
  });
  return { asked, hints: new DepositHints(calls) };
};

const who = { tenantId: newId(), userId: newId(), kind: 'user', admin: false };
const caller = (over = {}) => ({ session: { ...who, ...over }, correlationId: newId() }) as Caller;
const turn = () => new Promise(setImmediate);

it('answers those who come while one is asked with the next, asked after they came', async () => {
  const { asked, hints: of } = hints();
  const box = newId();
  const first = of.of(box, caller());
  const [second, third] = [of.of(box, caller()), of.of(box, caller())];
  await turn();
  expect(asked).toHaveLength(1);
  asked[0]?.resolve({ ...hint, room: false });
  expect((await first).room).toBe(false);
  await turn();
  expect(asked).toHaveLength(2);
  asked[1]?.resolve(hint);
  expect([await second, await third]).toEqual([hint, hint]);
  await turn();
  void of.of(box, caller());
  expect(asked).toHaveLength(3);
});

it('asks for each caller and each mailbox by itself', () => {
  const { asked, hints: of } = hints();
  const box = newId();
  void of.of(box, caller());
  void of.of(box, caller({ userId: newId() }));
  void of.of(box, caller({ admin: true }));
  void of.of(box, caller({ tenantId: newId() }));
  void of.of(newId(), caller());
  expect(asked).toHaveLength(5);
});

it('goes on after a failure', async () => {
  const { asked, hints: of } = hints();
  const box = newId();
  const first = of.of(box, caller());
  const second = of.of(box, caller());
  asked[0]?.reject(new Error('down'));
  await expect(first).rejects.toThrow('down');
  await turn();
  asked[1]?.resolve(hint);
  expect(await second).toEqual(hint);
});
