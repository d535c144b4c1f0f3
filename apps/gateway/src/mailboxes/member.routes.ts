import { mailboxMember, memberGrant, page } from '@aftertone/contracts';
import { z } from 'zod';
import { component } from '../docs/components.ts';
import { pageText } from '../http/query-text.ts';
import { defineRoute } from '../http/route.ts';
import { memberExample } from './mailbox.examples.ts';

const tag = 'mailboxes';
const path = '/v1/mailboxes/{id}/members';
const missing = 'mailbox-not-found';

const memberView = component('Member', mailboxMember, memberExample);

export const memberRoutes = {
  list: defineRoute({
    operationId: 'listMembers',
    method: 'GET',
    path,
    tag,
    summary: 'List the members of a shared mailbox',
    access: 'aftertone.mailboxes.{id}.members.read',
    right: 'listen',
    query: z.strictObject(pageText),
    status: 200,
    answer: component('MemberPage', page(mailboxMember), { items: [memberExample], next: null }),
    missing,
  }),
  set: defineRoute({
    operationId: 'setMember',
    method: 'PUT',
    path: `${path}/{userId}`,
    tag,
    summary: 'Let a user into a shared mailbox, or change what a member may do',
    description:
      'By a role (`reader` listens, `agent` also works with messages, `manager` may do everything) or by single ' +
      'rights. Whoever may change settings gives the rights that they have themselves.',
    access: 'aftertone.mailboxes.{id}.members.update',
    right: 'settings',
    body: component('MemberGrant', memberGrant, { role: 'agent' }, { rights: ['listen', 'mark'] }),
    status: 200,
    answer: memberView,
    missing,
    refusals: { 400: ['unknown-member'], 422: ['mailbox-not-shared', 'too-many-members'] },
  }),
  remove: defineRoute({
    operationId: 'removeMember',
    method: 'DELETE',
    path: `${path}/{userId}`,
    tag,
    summary: 'End a membership',
    description: 'Whoever may change settings, and the members themselves.',
    access: 'aftertone.mailboxes.{id}.members.delete',
    right: 'settings',
    status: 204,
    missing,
    refusals: { 422: ['mailbox-not-shared'] },
  }),
};
