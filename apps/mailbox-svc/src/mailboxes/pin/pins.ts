import type { CallContext } from '@aftertone/contracts';
import type { RowChange } from '@aftertone/event-store';
import { rejected } from '@aftertone/kernel';
import { hash, verify } from '@node-rs/argon2';
import { metaOf } from '../../calls/request.ts';
import { commandMeta, type Ground } from '../../ground/ground.ts';
import type { MailboxDirectory } from '../directory/mailbox.query.ts';
import { mailboxAggregate } from '../mailbox.aggregate.ts';
import type { MailboxCommand } from '../mailbox.decider.ts';
import { PinCredentials, pinGone, pinSet } from './pin-credentials.ts';
import { requireStrongPin } from './pin-policy.ts';

/** Sets, removes and verifies the PIN of a mailbox. The PIN is in no event and no log. */
export class Pins {
  private readonly ground: Ground;
  private readonly directory: MailboxDirectory;
  private readonly credentials: PinCredentials;

  constructor(ground: Ground, directory: MailboxDirectory) {
    this.ground = ground;
    this.directory = directory;
    this.credentials = new PinCredentials(ground);
  }

  async set(id: string, pin: string, call: CallContext): Promise<void> {
    await this.directory.require(call, id, 'settings');
    requireStrongPin(pin);
    // Argon2id with the library's defaults, which follow OWASP's advice.
    const row = pinSet(call.tenantId, id, await hash(pin));
    await this.handle(
      id,
      { type: 'SetPin', data: { by: { mailboxId: id, actor: call.actor } }, meta: commandMeta(this.ground) },
      call,
      [row],
    );
  }

  async remove(id: string, call: CallContext): Promise<void> {
    await this.directory.require(call, id, 'settings');
    await this.handle(
      id,
      { type: 'RemovePin', data: { by: { mailboxId: id, actor: call.actor } }, meta: commandMeta(this.ground) },
      call,
      [pinGone(call.tenantId, id)],
    );
  }

  /** Whether it is the PIN; `pin-not-set` when there is none, `pin-locked` after five wrong tries. */
  async verify(id: string, pin: string, call: CallContext): Promise<boolean> {
    await this.directory.require(call, id, 'settings');
    const reserved = await this.credentials.reserveTry(call.tenantId, id);
    if (reserved.outcome === 'no-pin') throw rejected('pin-not-set', 'The mailbox has no PIN.');
    if (reserved.outcome === 'locked') {
      const { retryAfterSeconds } = reserved;
      throw rejected('pin-locked', 'Too many wrong PINs.', { retryAfterSeconds });
    }
    if (await verify(reserved.hash, pin)) {
      await this.credentials.accept(call.tenantId, id, reserved.hash);
      return true;
    }
    if (reserved.lockedUntil) {
      const until = reserved.lockedUntil.toISOString();
      await this.handle(id, { type: 'LockPin', data: { until }, meta: commandMeta(this.ground) }, call);
    }
    return false;
  }

  private async handle(id: string, command: MailboxCommand, call: CallContext, extraRows: RowChange[] = []) {
    const { tenantId } = call;
    await this.ground.store.handle(mailboxAggregate, { tenantId, id, command, meta: metaOf(call), extraRows });
  }
}
