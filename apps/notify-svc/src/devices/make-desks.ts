import type { Config } from '../config.ts';
import { GatewayDesk } from '../gateways/gateway-desk.ts';
import type { Ground } from '../ground/ground.ts';
import { addressRules } from '../http-out/address-rules.ts';
import { openOutgoing } from '../parts.ts';
import { platformsOf, pushServices } from '../push/settings.ts';
import { DeviceDesk } from './device-desk.ts';

const urlRules = ({ OUTGOING_ALLOW_NETWORKS, OUTGOING_ALLOW_HTTP: allowHttp }: Config) => ({
  mayConnect: addressRules(OUTGOING_ALLOW_NETWORKS),
  allowHttp,
});

/** Throws when keys of a push service are set in part. */
export const makeDeviceDesk = (ground: Ground, config: Config): DeviceDesk => {
  const services = pushServices(config);
  const vapidKey = services.webpush?.publicKey ?? null;
  return new DeviceDesk(ground, { ...urlRules(config), platforms: platformsOf(services), vapidKey });
};

export const makeGatewayDesk = (ground: Ground, config: Config): GatewayDesk =>
  new GatewayDesk(ground, urlRules(config), openOutgoing(config));
