import { type FaxGateway, maskedSecret, type SmsGateway } from '@aftertone/contracts';
import { asTenant } from '@aftertone/event-store';
import type { Ground } from '../ground/ground.ts';
import { noGateway } from './gateway.decider.ts';
import { GatewayRow } from './gateway.entity.ts';
import type { FaxSettings, GatewayKind, SmsSettings } from './gateway.ts';

const masked = (names: readonly string[]): SmsGateway['headers'] =>
  Object.fromEntries(names.map((name) => [name, maskedSecret]));

interface Found<Settings> {
  settings: Settings;
  updatedAt: string;
  version: number;
}

/** A tenant's gateways as its administrators see them, read under row-level security. */
export class GatewayList {
  private readonly ground: Pick<Ground, 'reader'>;

  constructor(ground: Pick<Ground, 'reader'>) {
    this.ground = ground;
  }

  /** Throws `sms-gateway-not-found`. */
  async sms(tenantId: string): Promise<SmsGateway> {
    const { settings, ...rest } = await this.find<SmsSettings>(tenantId, 'sms');
    return { ...settings, headers: masked(settings.headers), secrets: masked(settings.secrets), ...rest };
  }

  /** Throws `fax-gateway-not-found`. */
  async fax(tenantId: string): Promise<FaxGateway> {
    const { settings, ...rest } = await this.find<FaxSettings>(tenantId, 'fax');
    return { ...settings, ...rest };
  }

  private async find<Settings extends GatewayRow['settings']>(
    tenantId: string,
    kind: GatewayKind,
  ): Promise<Found<Settings>> {
    const row = await asTenant(this.ground.reader, tenantId, (manager) =>
      manager.findOneBy(GatewayRow, { tenantId, kind }),
    );
    if (row === null) throw noGateway(kind);
    const { settings, updatedAt, version } = row;
    return { settings: settings as Settings, updatedAt: updatedAt.toISOString(), version };
  }
}
