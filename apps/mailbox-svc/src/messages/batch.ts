import { type CallContext, type mailboxCommands, type RpcOutput, refusalDetails } from '@aftertone/contracts';
import { DomainError, newId } from '@aftertone/kernel';
import { inParallel } from '../calls/in-parallel.ts';
import type { CallInput } from '../calls/request.ts';
import type { Ground } from '../ground/ground.ts';
import type { MessageDesk } from './message-desk.ts';
import type { WorkDesk } from './work/work-desk.ts';

type Batch = CallInput<typeof mailboxCommands.batchMessages>;
type Result = RpcOutput<typeof mailboxCommands.batchMessages>['results'][number];

const atOnce = 32;

/** What the actions are done with. */
export interface BatchDesks {
  desk: MessageDesk;
  work: WorkDesk;
}

const runOne = async (
  { desk, work }: BatchDesks,
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
      await desk.restore({ id }, call);
      return {};
    case 'purge':
      await desk.purge(id, call);
      return {};
    case 'claim':
      await work.claim({ id, dueAt: run.dueAt }, call);
      return {};
    case 'assign':
      await work.assign({ id, userId: run.userId, dueAt: run.dueAt }, call);
      return {};
    case 'release':
      await work.release({ id }, call);
      return {};
    case 'done':
      await work.finish({ id }, call);
      return {};
  }
};

/** With what the refusal of a single message tells as well; its other details are for logs. */
const refusalOf = ({ code, kind, message, details }: DomainError): Result['error'] => {
  const told = kind === 'rejected' || kind === 'conflict' ? (refusalDetails.safeParse(details).data ?? {}) : {};
  return { code, message, ...(Object.keys(told).length > 0 && { details: told }) };
};

/** One action on many messages. What fails, fails for its own id only. */
export class Batches {
  private readonly ground: Ground;
  private readonly desks: BatchDesks;

  constructor(ground: Ground, desks: BatchDesks) {
    this.ground = ground;
    this.desks = desks;
  }

  /** A result per given id, in their order; the action is done once for an id that is given again. */
  async run(batch: Batch, call: CallContext): Promise<Result[]> {
    const done = new Map<string, Result>();
    await inParallel([...new Set(batch.ids)], atOnce, async (id) => {
      done.set(id, await this.resultOf(id, batch, call));
    });
    return batch.ids.flatMap((id) => done.get(id) ?? []);
  }

  private async resultOf(id: string, batch: Batch, call: CallContext): Promise<Result> {
    const { idempotency, correlationId } = call;
    // Who repeats the request gets the copies that the first one made, not another set of them.
    const own = idempotency ? { ...call, idempotency: { ...idempotency, key: `${idempotency.key}/${id}` } } : call;
    try {
      return { id, ok: true, ...(await runOne(this.desks, id, batch, own)) };
    } catch (error) {
      if (error instanceof DomainError) return { id, ok: false, error: refusalOf(error) };
      this.ground.store.logger.error({ err: error, correlationId, id }, 'a message of a batch failed');
      return { id, ok: false, error: { code: 'internal-error', message: 'Something went wrong with this message.' } };
    }
  }
}
