import { bounceBytes } from '@aftertone/contracts';
import type { Log } from '@aftertone/messaging';
import { deliveryAggregate } from '../deliveries/delivery.aggregate.ts';
import type { Ground } from '../ground/ground.ts';
import { cleanDetail } from '../masking/clean-detail.ts';
import { ownerOfDelivery } from './owner-of-delivery.ts';
import { type BounceReport, readBounce } from './read-bounce.ts';
import type { ReturnPath } from './return-path.ts';

export interface BounceDeskParts {
  ground: Pick<Ground, 'store' | 'clock'>;
  log: Log;
  /** Null: our mails have the address of their sender, and nothing comes back to us. */
  returnPath: ReturnPath | null;
}

/** `delayed`: the server goes on trying. `ignored`: it is no report, or about nothing that is known here. */
export type BounceOutcome = 'recorded' | 'delayed' | 'ignored';

export interface ReturnedMail {
  /** Its beginning. */
  mail: Uint8Array;
  /** To whom it came, where that is known from elsewhere than from the mail. */
  recipients?: readonly string[];
}

/** Takes in mails that came back. The same one may come several times. */
export class BounceDesk {
  private readonly parts: BounceDeskParts;

  constructor(parts: BounceDeskParts) {
    this.parts = parts;
  }

  /** Throws `delivery-under-way` (conflict): the mail came back faster than its acceptance was recorded. */
  async take({ mail, recipients }: ReturnedMail): Promise<BounceOutcome> {
    const { returnPath, log } = this.parts;
    const begin = mail.subarray(0, bounceBytes);
    const text = recipients?.join(' ') ?? Buffer.from(begin).toString('latin1');
    const deliveryIds = returnPath?.deliveriesIn(text) ?? [];
    const report = deliveryIds.length === 0 ? null : await readBounce(begin);
    if (report === null) return 'ignored';
    log.info({ deliveryIds, action: report.action, status: report.status }, 'a mail server told of an e-mail');
    if (report.action === 'delayed') return 'delayed';
    const recorded = await Promise.all(deliveryIds.map((id) => this.record(id, report)));
    return recorded.includes(true) ? 'recorded' : 'ignored';
  }

  /** False: there is no such delivery, or it is not one that was accepted. */
  private async record(id: string, { status, detail }: BounceReport): Promise<boolean> {
    const { store, clock } = this.parts.ground;
    const tenantId = await ownerOfDelivery(store.pool, id);
    if (tenantId === null) return false;
    const { state } = await store.load(deliveryAggregate, tenantId, id);
    if (state.status === 'absent') return false;
    const { callerName = null, callerNumber = null } = state.caller ?? {};
    const at = clock().toISOString();
    const bounce = { at, status, detail: cleanDetail(detail, [callerName, callerNumber]) };
    const { events } = await store.handle(deliveryAggregate, {
      ...{ tenantId, id },
      command: { type: 'RecordBounce', data: { bounce }, meta: { now: at } },
      meta: { actor: { kind: 'service', id: 'notify-svc' }, correlationId: state.facts.correlationId },
    });
    return events.length > 0;
  }
}
