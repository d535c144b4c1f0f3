import {
  type CallContext,
  id,
  type MailboxMember,
  type mailboxCommands,
  type mailboxQueries,
} from '@aftertone/contracts';
import { asTenant, type Page, pageOf, readCursor } from '@aftertone/event-store';
import { z } from 'zod';
import { type CallInput, metaOf } from '../../calls/request.ts';
import { commandMeta, type Ground } from '../../ground/ground.ts';
import { DepartedUsers } from '../../user-departure/departed-users.ts';
import type { MailboxDirectory } from '../directory/mailbox.query.ts';
import { mailboxAggregate } from '../mailbox.aggregate.ts';
import { type MailboxCommand, mailboxNotFound } from '../mailbox.decider.ts';
import { mailboxNotShared, memberIn } from './members.ts';

type MemberRow = Omit<MailboxMember, 'since'> & { since: Date };

const listKey = z.tuple([id]);

const publicMember = ({ since, ...member }: MemberRow): MailboxMember => ({ ...member, since: since.toISOString() });

/**
 * Lets people into shared mailboxes and out of them, and tells who is in. The directory answers strangers without loading
 * the mailbox's stream; what counts is what the decider finds in the state.
 */
export class MemberDesk {
  private readonly ground: Ground;
  private readonly directory: MailboxDirectory;
  private readonly departed: DepartedUsers;

  constructor(ground: Ground, directory: MailboxDirectory) {
    this.ground = ground;
    this.directory = directory;
    this.departed = new DepartedUsers(ground);
  }

  async set(input: CallInput<typeof mailboxCommands.setMember>, call: CallContext): Promise<MailboxMember> {
    const { id: mailboxId, userId, grant } = input;
    await this.directory.require(call, mailboxId, 'settings');
    await this.departed.refuse(call.tenantId, [userId]);
    const data = { userId, grant, by: { mailboxId, actor: call.actor } };
    const state = await this.handle(mailboxId, { type: 'SetMember', data, meta: commandMeta(this.ground) }, call);
    const member = state.status === 'open' ? memberIn(state.members, userId) : null;
    if (member === null) throw mailboxNotFound();
    return member;
  }

  /** Members may also leave by themselves. */
  async remove(input: CallInput<typeof mailboxCommands.removeMember>, call: CallContext): Promise<void> {
    const { id: mailboxId, userId } = input;
    const leaves = call.actor.kind === 'user' && call.actor.id === userId;
    await this.directory.require(call, mailboxId, leaves ? 'any' : 'settings');
    const data = { userId, by: { mailboxId, actor: call.actor } };
    await this.handle(mailboxId, { type: 'RemoveMember', data, meta: commandMeta(this.ground) }, call);
  }

  /** By user id. */
  async list(input: CallInput<typeof mailboxQueries.listMembers>, call: CallContext): Promise<Page<MailboxMember>> {
    const { id: mailboxId, limit, cursor } = input;
    const { accessType } = await this.directory.require(call, mailboxId, 'listen');
    if (accessType === 'personal') throw mailboxNotShared();
    const [after] = cursor === undefined ? [null] : readCursor(cursor, listKey);
    const rows = await asTenant(this.ground.reader, call.tenantId, (manager) =>
      manager.query<MemberRow[]>(
        `SELECT user_id AS "userId", role, rights, since FROM mailbox_member
         WHERE tenant_id = $1 AND mailbox_id = $2 AND ($3::uuid IS NULL OR user_id > $3) ORDER BY user_id LIMIT $4`,
        [call.tenantId, mailboxId, after, limit + 1],
      ),
    );
    return pageOf(rows, limit, publicMember, ({ userId }) => [userId]);
  }

  private async handle(mailboxId: string, command: MailboxCommand, call: CallContext) {
    const { tenantId } = call;
    const request = { tenantId, id: mailboxId, command, meta: metaOf(call), onGuard: mailboxNotFound };
    return (await this.ground.store.handle(mailboxAggregate, request)).state;
  }
}
