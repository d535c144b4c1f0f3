import type { CallContext, mailboxCommands, RpcOutput } from '@aftertone/contracts';
import { DomainError, newId } from '@aftertone/kernel';
import { inParallel } from '../calls/in-parallel.ts';
import type { CallInput } from '../calls/request.ts';
import type { MessageDesk } from './message-desk.ts';

type Batch = CallInput<typeof mailboxCommands.batchMessages>;
type Result = RpcOutput<typeof mailboxCommands.batchMessages>['results'][number];

const atOnce = 32;

const runOne = async (
  desk: MessageDesk,
  id: string,
  { run }: Batch,
  call: CallContext,
): Promise<{ messageId?: string }> => {
  switch (run.action) {
    case 'change':
      await desk.change({ id, changes: run.changes }, call);
      return {};
    case 'move':
      await desk.move({ id, mailboxId: run.mailboxId }, call);
      return {};
    case 'copy':
      return { messageId: (await desk.copy({ id, copyId: newId(), mailboxId: run.mailboxId }, call)).id };
    case 'delete':
      await desk.delete({ id }, call);
      return {};
    case 'restore':
      await desk.restore(id, call);
      return {};
    case 'purge':
      await desk.purge(id, call);
      return {};
  }
};

/** One action on many messages; each id once, in the order given. What fails, fails for its own id only. */
export const runBatch = async (desk: MessageDesk, batch: Batch, call: CallContext): Promise<Result[]> => {
  const ids = [...new Set(batch.ids)];
  const results: Result[] = [];
  const memberCall = (id: string): CallContext =>
    // Who repeats the request gets the copies that the first one made, not another set of them.
    call.idempotency ? { ...call, idempotency: { ...call.idempotency, key: `${call.idempotency.key}/${id}` } } : call;
  await inParallel(ids, atOnce, async (id, n) => {
    try {
      results[n] = { id, ok: true, ...(await runOne(desk, id, batch, memberCall(id))) };
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      results[n] = { id, ok: false, error: { code: error.code, message: error.message } };
    }
  });
  return results;
};
