import type {
  ActiveGreeting,
  CallContext,
  Greeting,
  GreetingKind,
  mailboxCommands,
  mailboxQueries,
  RpcOutput,
} from '@aftertone/contracts';
import { requireKnownToAll } from '@aftertone/event-store';
import { type CallInput, metaOf } from '../calls/request.ts';
import { commandMeta, type Ground } from '../ground/ground.ts';
import type { MailboxDirectory } from '../mailboxes/directory/mailbox.query.ts';
import { mailboxNotFound, type Needed } from '../mailboxes/permission.ts';
import { saidTo } from './active-greeting.ts';
import { readGreetings } from './greeting.query.ts';
import { greetingsAggregate } from './greetings.aggregate.ts';
import type { GreetingCommand } from './greetings.decider.ts';
import { greetingOf, type KeptGreeting } from './greetings.ts';

type Input<Name extends keyof typeof mailboxCommands> = CallInput<(typeof mailboxCommands)[Name]>;
type Output<Name extends keyof typeof mailboxQueries> = RpcOutput<(typeof mailboxQueries)[Name]>;

/**
 * Changes and tells what a mailbox says to callers. All but the two that callers need take the right `greetings`;
 * `mailbox-not-found` to whom the mailbox does not exist for, `right-required` to whom it does without the right.
 */
export class GreetingDesk {
  private readonly ground: Ground;
  private readonly directory: MailboxDirectory;

  constructor(ground: Ground, directory: MailboxDirectory) {
    this.ground = ground;
    this.directory = directory;
  }

  record({ id, ...data }: Input<'recordGreeting'>, call: CallContext): Promise<Greeting> {
    return this.change(id, data.kind, { type: 'RecordGreeting', data: { ...data, by: call.actor } }, call);
  }

  copy({ id, ...data }: Input<'copyGreeting'>, call: CallContext): Promise<Greeting> {
    return this.change(id, data.to, { type: 'CopyGreeting', data: { ...data, by: call.actor } }, call);
  }

  restore({ id, ...data }: Input<'restoreGreeting'>, call: CallContext): Promise<Greeting> {
    return this.change(id, data.kind, { type: 'RestoreGreeting', data }, call);
  }

  remove({ id, ...data }: Input<'removeGreeting'>, call: CallContext): Promise<Greeting> {
    return this.change(id, data.kind, { type: 'RemoveGreeting', data }, call);
  }

  schedule({ id, ...data }: Input<'scheduleGreeting'>, call: CallContext): Promise<Greeting> {
    return this.change(id, data.kind, { type: 'ScheduleGreeting', data }, call);
  }

  forget({ id, ...data }: Input<'forgetGreetingRecording'>, call: CallContext): Promise<Greeting> {
    return this.change(id, data.kind, { type: 'ForgetGreetingRecording', data }, call);
  }

  async list(mailboxId: string, call: CallContext): Promise<Output<'listGreetings'>> {
    const kept = await this.read(mailboxId, 'greetings', call);
    return { items: kept.map(({ greeting }) => greeting) };
  }

  /** With any right: callers hear it. */
  async get({ id, kind }: CallInput<typeof mailboxQueries.getGreeting>, call: CallContext): Promise<Greeting> {
    return ofKind(await this.read(id, 'any', call), kind).greeting;
  }

  /** By when they were recorded. */
  async recordings(
    { id, kind }: CallInput<typeof mailboxQueries.listGreetingRecordings>,
    call: CallContext,
  ): Promise<Output<'listGreetingRecordings'>> {
    const { greeting, earlier } = ofKind(await this.read(id, 'greetings', call), kind);
    const said = greeting.recording === null ? [] : [{ ...greeting.recording, current: true }];
    const items = [...said, ...earlier.map((recording) => ({ ...recording, current: false }))];
    return { items: items.sort((one, other) => (one.recordedAt < other.recordedAt ? 1 : -1)) };
  }

  async active(
    { id, at = this.ground.clock().toISOString(), reason }: CallInput<typeof mailboxQueries.activeGreeting>,
    call: CallContext,
  ): Promise<ActiveGreeting> {
    const { timezone, language } = await this.directory.require(call, id, 'any');
    const kept = await readGreetings(this.ground, call.tenantId, id);
    const greetings = kept.map(({ greeting }) => greeting);
    return { at, reason, timezone, ...saidTo(greetings, { at, reason, timezone, language }) };
  }

  private async read(mailboxId: string, needed: Needed, call: CallContext): Promise<KeptGreeting[]> {
    await this.directory.require(call, mailboxId, needed);
    return readGreetings(this.ground, call.tenantId, mailboxId);
  }

  private async change(
    mailboxId: string,
    kind: GreetingKind,
    command: WithoutMeta<GreetingCommand>,
    call: CallContext,
  ): Promise<Greeting> {
    await this.directory.require(call, mailboxId, 'greetings');
    await requireKnownToAll(this.ground.store, 'GreetingRecorded');
    const { state } = await this.ground.store.handle(greetingsAggregate, {
      tenantId: call.tenantId,
      id: mailboxId,
      command: { ...command, meta: commandMeta(this.ground) },
      meta: metaOf(call),
      onGuard: mailboxNotFound,
    });
    return greetingOf(state, kind).greeting;
  }
}

type WithoutMeta<C> = C extends unknown ? Omit<C, 'meta'> : never;

const ofKind = (kept: readonly KeptGreeting[], kind: GreetingKind): KeptGreeting => {
  const found = kept.find(({ greeting }) => greeting.kind === kind);
  if (found === undefined) throw new Error(`there is no greeting of the kind ${kind}`);
  return found;
};
