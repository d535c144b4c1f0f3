import type { NewFaxGateway, NewSmsGateway } from '@aftertone/contracts';
import type { DomainEvent } from '@aftertone/kernel';

/** Of headers and secrets the names: what they are is sealed. */
export type SmsSettings = Omit<NewSmsGateway, 'headers' | 'secrets'> & { headers: string[]; secrets: string[] };
export type FaxSettings = NewFaxGateway;

export type GatewaySettings = { kind: 'sms'; settings: SmsSettings } | { kind: 'fax'; settings: FaxSettings };
export type GatewayKind = GatewaySettings['kind'];

export type GatewayEvent =
  | DomainEvent<'GatewaySet', GatewaySettings & { setAt: string }>
  | DomainEvent<'GatewayRemoved', { kind: GatewayKind }>;

export type GatewayState =
  | { status: 'absent' }
  | (GatewaySettings & { status: 'set'; setAt: string })
  | { status: 'removed'; kind: GatewayKind };

/** The gateway after one of its events. */
export const evolve = (_state: GatewayState, event: GatewayEvent): GatewayState => {
  switch (event.type) {
    case 'GatewaySet':
      return { status: 'set', ...event.data };
    case 'GatewayRemoved':
      return { status: 'removed', kind: event.data.kind };
  }
};
