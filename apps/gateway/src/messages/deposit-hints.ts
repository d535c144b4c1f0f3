import { mailboxQueries, type RpcOutput } from '@aftertone/contracts';
import type { Caller, ServiceCalls } from '../http/service-calls.ts';

type Hint = RpcOutput<typeof mailboxQueries.depositHint>;

interface Line {
  underWay: Promise<Hint>;
  /** Asked when that one is over, for all who have come meanwhile. */
  next: Promise<Hint> | undefined;
}

/**
 * Asks whether a caller may leave something in a mailbox. Many calls for the same from the same at one time wait for one
 * answer, which is never older than the question: whoever comes while one is under way gets the next.
 */
export class DepositHints {
  private readonly calls: ServiceCalls;
  private readonly lines = new Map<string, Line>();

  constructor(calls: ServiceCalls) {
    this.calls = calls;
  }

  of(mailboxId: string, caller: Caller): Promise<Hint> {
    const { tenantId, kind, userId, admin, grants, limits } = caller.session;
    const key = JSON.stringify([tenantId, mailboxId, kind, userId, admin, grants, limits]);
    const line = this.lines.get(key);
    if (line === undefined) return this.begin(key, mailboxId, caller);
    line.next ??= line.underWay.then(
      () => this.begin(key, mailboxId, caller),
      () => this.begin(key, mailboxId, caller),
    );
    return line.next;
  }

  private begin(key: string, mailboxId: string, caller: Caller): Promise<Hint> {
    const line: Line = {
      underWay: this.calls.send(mailboxQueries.depositHint, { mailboxId }, caller),
      next: undefined,
    };
    this.lines.set(key, line);
    const leave = (): void => {
      if (line.next === undefined) this.lines.delete(key);
    };
    line.underWay.then(leave, leave);
    return line.underWay;
  }
}
