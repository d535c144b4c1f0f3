import type { CallContext, EscalationView } from '@aftertone/contracts';
import { metaOfCall } from '../calls/on-behalf.ts';
import type { Ground } from '../ground/ground.ts';
import { Care, type Stay } from '../timing/care.ts';
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
    const stay = await this.stayOf(tenantId, messageId);
    const taken = { ...stay, reason: 'acknowledged', userId, by: userId } as const;
    await care.take(taken, { tenantId, meta: metaOfCall(call) });
  }

  async read(tenantId: string, messageId: string): Promise<EscalationView> {
    return viewOf(await this.escalations().find({ tenantId, messageId }));
  }

  /** Where it is escalated; where it is not, or not any more, its mailbox is not known here. */
  private async stayOf(tenantId: string, messageId: string): Promise<Stay> {
    const escalation = await this.escalations().find({ tenantId, messageId });
    const isHere = escalation.status !== 'absent' && escalation.stopped?.reason !== 'moved';
    if (!isHere) return { messageId, mailboxId: null, version: 0 };
    return { messageId, mailboxId: escalation.mailboxId, version: escalation.messageVersion ?? 0 };
  }

  // The store is there only once the database has answered.
  private escalations(): Escalations {
    return new Escalations(this.ground.store, this.ground.clock);
  }
}
