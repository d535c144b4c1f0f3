import {
  type CallContext,
  maskedSecret,
  type NewWebhook,
  type Webhook,
  type WebhookWithSecret,
  type webhookCommands,
  type webhookQueries,
} from '@aftertone/contracts';
import type { GuardFailure, Page, RowChange } from '@aftertone/event-store';
import { type DomainError, newId, rejected } from '@aftertone/kernel';
import type { z } from 'zod';
import { metaOfCall, requireAdministrator } from '../calls/on-behalf.ts';
import type { Ground } from '../ground/ground.ts';
import { WebhookList } from './list/webhook.query.ts';
import { Missed } from './missed.ts';
import { newSigningSecret } from './signature.ts';
import type { UrlRules } from './url-rules.ts';
import { mostWebhooks, webhookAggregate } from './webhook.aggregate.ts';
import { type HeaderChanges, type WebhookCommand, webhookMissing } from './webhook.decider.ts';
import { type WebhookOwner, WebhookSecrets } from './webhook-secrets.ts';

type Input<Rpc extends { input: z.ZodType }> = z.output<Rpc['input']>;

/** Which webhook of which mailbox; without a mailbox any of the tenant, for its administrators. */
export type Named = Pick<Input<typeof webhookQueries.getWebhook>, 'id' | 'mailboxId'>;

interface Given {
  names: HeaderChanges;
  values: Record<string, string>;
}

const given = (headers: NewWebhook['headers'], removed: readonly string[] = []): Given => {
  const hasValue = (value: string | null): value is string => value !== null && value !== maskedSecret;
  const entries = Object.entries(headers);
  const set = entries.flatMap(([name, value]): [string, string][] => (hasValue(value) ? [[name, value]] : []));
  const kept = entries.filter(([, value]) => !hasValue(value)).map(([name]) => name);
  return { names: { set: set.map(([name]) => name), kept, removed }, values: Object.fromEntries(set) };
};

const shown = mostWebhooks.toLocaleString('en');

const onGuard = ({ guard }: GuardFailure): DomainError =>
  rejected(
    'too-many-webhooks',
    `A mailbox has ${shown} webhooks at most, and the tenant ${shown} beside them: delete one that is not needed.`,
    { guard },
  );

/** Creates, changes and removes webhooks, for administrators and for who may set a mailbox. */
export class WebhookDesk {
  private readonly ground: Ground;
  private readonly urls: UrlRules;
  readonly list: WebhookList;

  constructor(ground: Ground, urls: UrlRules) {
    this.ground = ground;
    this.urls = urls;
    this.list = new WebhookList(ground);
  }

  /** Throws `webhook-not-found`, `administrator-required`. */
  async require({ id, mailboxId }: Named, call: CallContext): Promise<Webhook> {
    if (mailboxId === undefined) requireAdministrator(call);
    return this.list.find(call.tenantId, { id, mailboxId });
  }

  async page(input: Input<typeof webhookQueries.listWebhooks>, call: CallContext): Promise<Page<Webhook>> {
    if (input.mailboxId === undefined) requireAdministrator(call);
    return this.list.page(call.tenantId, input);
  }

  /** Throws `webhook-url-refused`, `webhook-format-events`, `header-without-value`, `too-many-webhooks`. */
  async create(input: Input<typeof webhookCommands.createWebhook>, call: CallContext): Promise<WebhookWithSecret> {
    const { mailboxId = null, webhook } = input;
    if (mailboxId === null) requireAdministrator(call);
    const { headers, ...settings } = webhook;
    this.urls.check(settings.url);
    const owner = { tenantId: call.tenantId, id: newId() };
    const secret = newSigningSecret();
    const { names, values } = given(headers);
    const rows = [...this.secrets.signingRows(owner, secret, null), ...this.secrets.headerRows(owner, values, [])];
    const data = { mailboxId, settings, headers: names };
    await this.handle(owner, call, { type: 'CreateWebhook', data, meta: this.now() }, rows);
    return { ...(await this.list.find(call.tenantId, owner)), secret };
  }

  /** Throws as `create` and `version-mismatch`. */
  async change(input: Input<typeof webhookCommands.changeWebhook>, call: CallContext): Promise<Webhook> {
    await this.require(input, call);
    const { headers = {}, removeHeaders = [], ...rest } = input.changes;
    if (rest.url !== undefined) this.urls.check(rest.url);
    const changes = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
    const owner = { tenantId: call.tenantId, id: input.id };
    const { names, values } = given(headers, removeHeaders);
    const command = { type: 'ChangeWebhook', data: { changes, headers: names }, meta: this.now() } as const;
    await this.handle(owner, call, command, this.secrets.headerRows(owner, values, removeHeaders), input.ifVersion);
    return this.list.find(call.tenantId, owner);
  }

  async remove(input: Input<typeof webhookCommands.deleteWebhook>, call: CallContext): Promise<void> {
    const { headers } = await this.require(input, call);
    const owner = { tenantId: call.tenantId, id: input.id };
    const rows = this.secrets.withoutRows(owner, Object.keys(headers));
    await this.handle(owner, call, { type: 'DeleteWebhook', data: {}, meta: this.now() }, rows, input.ifVersion);
  }

  /** Two at once would each take the other's new secret for the old one: one of them gets `version-mismatch`. */
  async rotate(
    input: Input<typeof webhookCommands.rotateWebhookSecret>,
    call: CallContext,
  ): Promise<WebhookWithSecret> {
    const { version } = await this.require(input, call);
    const owner = { tenantId: call.tenantId, id: input.id };
    const opened = await this.secrets.open(owner, [], false);
    if (opened === null) throw webhookMissing();
    const { overlapSeconds } = input;
    const secret = newSigningSecret();
    const rows = this.secrets.signingRows(owner, secret, overlapSeconds === 0 ? null : opened.signing[0]);
    const command = { type: 'RotateSecret', data: { overlapSeconds }, meta: this.now() } as const;
    await this.handle(owner, call, command, rows, version);
    return { ...(await this.list.find(call.tenantId, owner)), secret };
  }

  async resume(input: Named, call: CallContext): Promise<Webhook> {
    await this.require(input, call);
    const owner = { tenantId: call.tenantId, id: input.id };
    const known = new Missed(this.ground.store.pool);
    const missed = (await known.of(call.tenantId, [owner])).get(owner.id) ?? null;
    await this.handle(owner, call, { type: 'ResumeWebhook', data: { missed }, meta: this.now() });
    if (missed !== null) await known.forget(owner, missed.since);
    return this.list.find(call.tenantId, owner);
  }

  private get secrets(): WebhookSecrets {
    return new WebhookSecrets(this.ground.store);
  }

  private now(): { now: string } {
    return { now: this.ground.clock().toISOString() };
  }

  private handle(
    { tenantId, id }: WebhookOwner,
    call: CallContext,
    command: WebhookCommand,
    extraRows: readonly RowChange[] = [],
    expectedVersion?: number,
  ) {
    return this.ground.store.handle(webhookAggregate, {
      ...{ tenantId, id, command, meta: metaOfCall(call), extraRows, onGuard },
      ...(expectedVersion !== undefined && { expectedVersion }),
    });
  }
}
