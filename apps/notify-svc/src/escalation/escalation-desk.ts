import type { CallContext, EscalationView } from '@aftertone/contracts';
import { metaOfCall } from '../calls/on-behalf.ts';
import type { Ground } from '../ground/ground.ts';
import { Care } from '../timing/care.ts';
import { Escalations, viewOf } from './escalations.ts';

/** What people do with escalations. Rights in mailboxes are not known here: the gateway has asked. */
export class EscalationDesk {
  private readonly ground: Ground;

  constructor(ground: Ground) {
    this.ground = ground;
  }

  /** The actor takes care of the message: nobody else is told, and the actor not later either. */
  async acknowledge(messageId: string, call: CallContext): Promise<void> {
    const { store, clock } = this.ground;
    const { tenantId, actor } = call;
    const userId = actor.kind === 'user' ? actor.id : null;
    const care = new Care({ store, escalations: this.escalations(), clock });
    const escalation = await this.escalations().find({ tenantId, messageId });
    const { mailboxId, messageVersion: version = 0 } =
      escalation.status === 'absent' ? { mailboxId: null } : escalation;
    const taken = { messageId, mailboxId, version, reason: 'acknowledged', userId, by: userId } as const;
    await care.take(taken, { tenantId, meta: metaOfCall(call) });
  }

  async read(tenantId: string, messageId: string): Promise<EscalationView> {
    return viewOf(await this.escalations().find({ tenantId, messageId }));
  }

  // The store is there only once the database has answered.
  private escalations(): Escalations {
    return new Escalations(this.ground.store, this.ground.clock);
  }
}
