import type { CallContext, FaxGateway, gatewayCommands, SmsGateway } from '@aftertone/contracts';
import type { RowChange } from '@aftertone/event-store';
import { newId } from '@aftertone/kernel';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { z } from 'zod';
import { metaOfCall, requireAdministrator } from '../calls/on-behalf.ts';
import type { Ground } from '../ground/ground.ts';
import type { UrlRules } from '../http-out/given-url.ts';
import type { HttpOut } from '../http-out/http-out.ts';
import { callSmsGateway } from '../sms/call-gateway.ts';
import { fitSms } from '../sms/fit.ts';
import { checkSmsGateway } from './check-sms.ts';
import { gatewayAggregate, gatewayId } from './gateway.aggregate.ts';
import { type GatewayCommand, noGateway } from './gateway.decider.ts';
import type { GatewayKind } from './gateway.ts';
import { GatewayList } from './gateway-list.ts';
import { GatewaysOf } from './gateways-of.ts';
import { openSealed, sealedAfter, sealedOwner } from './sealed.ts';

type Input<Rpc extends { input: z.ZodType }> = z.output<Rpc['input']>;

const testText = 'A test of the SMS gateway';

interface Change {
  kind: GatewayKind;
  command: GatewayCommand;
  expectedVersion?: number | undefined;
  extraRows?: RowChange[];
}

/** Sets, shows, removes and tries out a tenant's gateways, for its administrators. */
export class GatewayDesk implements OnApplicationShutdown {
  private readonly ground: Ground;
  private readonly rules: UrlRules;
  private readonly http: HttpOut;
  private readonly list: GatewayList;

  constructor(ground: Ground, rules: UrlRules, http: HttpOut) {
    this.ground = ground;
    this.rules = rules;
    this.http = http;
    this.list = new GatewayList(ground);
  }

  /** Throws `administrator-required`, `sms-gateway-not-found`. */
  async sms(call: CallContext): Promise<SmsGateway> {
    requireAdministrator(call);
    return this.list.sms(call.tenantId);
  }

  /** Throws `administrator-required`, `sms-gateway-invalid`, `version-mismatch`. */
  async setSms(input: Input<typeof gatewayCommands.setSmsGateway>, call: CallContext): Promise<SmsGateway> {
    requireAdministrator(call);
    const { tenantId } = call;
    const { store } = this.ground;
    const { headers, secrets, ...settings } = input.gateway;
    // What stays is read before it is written again: nobody may have changed it in between.
    const { version } = await store.load(gatewayAggregate, tenantId, gatewayId(tenantId, 'sms'));
    const sealed = sealedAfter({ headers, secrets }, await openSealed(store.secrets, tenantId));
    const names = { headers: Object.keys(sealed.headers), secrets: Object.keys(sealed.secrets) };
    checkSmsGateway(input.gateway, names.secrets, this.rules);
    const data = { kind: 'sms', settings: { ...settings, ...names } } as const;
    await this.change(call, {
      kind: 'sms',
      command: { type: 'SetGateway', data, meta: this.now() },
      expectedVersion: input.ifVersion ?? version,
      extraRows: [store.secrets.row(tenantId, sealedOwner, JSON.stringify(sealed))],
    });
    return this.list.sms(tenantId);
  }

  /** Throws `administrator-required`, `sms-gateway-not-found`, `version-mismatch`. */
  async removeSms({ ifVersion }: { ifVersion?: number | undefined }, call: CallContext): Promise<void> {
    const extraRows = [this.ground.store.secrets.withoutRow(call.tenantId, sealedOwner)];
    await this.remove('sms', ifVersion, call, extraRows);
  }

  /** Sends a text at once, with what is set now. Throws `administrator-required`, `sms-gateway-not-found`. */
  async testSms({ to }: Input<typeof gatewayCommands.testSmsGateway>, call: CallContext) {
    requireAdministrator(call);
    const { tenantId: tenant } = call;
    const { store } = this.ground;
    const settings = await new GatewaysOf(store.pool).sms(tenant);
    if (settings === null) throw noGateway('sms');
    const sealed = await openSealed(store.secrets, tenant);
    const text = fitSms(testText, settings.maxCharacters);
    const variables = { to, text, id: newId(), tenant };
    const signal = AbortSignal.timeout(Math.max(1, call.deadline - Date.now()));
    const {
      outcome,
      detail,
      status = null,
    } = await callSmsGateway(this.http)({ settings, sealed, variables, quotes: true }, signal);
    return { outcome, detail, status, text };
  }

  /** Throws `administrator-required`, `fax-gateway-not-found`. */
  async fax(call: CallContext): Promise<FaxGateway> {
    requireAdministrator(call);
    return this.list.fax(call.tenantId);
  }

  /** Throws `administrator-required`, `version-mismatch`. */
  async setFax(input: Input<typeof gatewayCommands.setFaxGateway>, call: CallContext): Promise<FaxGateway> {
    requireAdministrator(call);
    const data = { kind: 'fax', settings: input.gateway } as const;
    const command = { type: 'SetGateway', data, meta: this.now() } as const;
    await this.change(call, { kind: 'fax', command, expectedVersion: input.ifVersion });
    return this.list.fax(call.tenantId);
  }

  /** Throws `administrator-required`, `fax-gateway-not-found`, `version-mismatch`. */
  async removeFax({ ifVersion }: { ifVersion?: number | undefined }, call: CallContext): Promise<void> {
    await this.remove('fax', ifVersion, call);
  }

  /** What it calls with is its own. */
  onApplicationShutdown(): Promise<void> {
    return this.http.close();
  }

  private async remove(
    kind: GatewayKind,
    expectedVersion: number | undefined,
    call: CallContext,
    extraRows: RowChange[] = [],
  ): Promise<void> {
    requireAdministrator(call);
    const command = { type: 'RemoveGateway', data: { kind }, meta: this.now() } as const;
    await this.change(call, { kind, command, expectedVersion, extraRows });
  }

  private async change(call: CallContext, { kind, command, expectedVersion, extraRows = [] }: Change): Promise<void> {
    const { tenantId } = call;
    const id = gatewayId(tenantId, kind);
    const expected = expectedVersion !== undefined && { expectedVersion };
    await this.ground.store.handle(gatewayAggregate, {
      ...{ tenantId, id, command, extraRows, meta: metaOfCall(call) },
      ...expected,
    });
  }

  private now(): { now: string } {
    return { now: this.ground.clock().toISOString() };
  }
}
