import { type Command, type Decider, notFound } from '@aftertone/kernel';
import { evolve, type GatewayEvent, type GatewayKind, type GatewaySettings, type GatewayState } from './gateway.ts';

/** The settings have been checked. */
export type SetGateway = Command<'SetGateway', GatewaySettings>;
export type RemoveGateway = Command<'RemoveGateway', { kind: GatewayKind }>;
export type GatewayCommand = SetGateway | RemoveGateway;

export const noGateway = (kind: GatewayKind) => {
  const message = `The tenant has no gateway for ${kind === 'sms' ? 'SMS' : 'fax'}: an administrator sets it.`;
  return notFound(`${kind}-gateway-not-found`, message);
};

const decide = (command: GatewayCommand, state: GatewayState): GatewayEvent[] => {
  switch (command.type) {
    case 'SetGateway':
      // Also when nothing seems to have changed: what is sealed is not looked at here.
      return [{ type: 'GatewaySet', data: { ...command.data, setAt: command.meta.now } }];
    case 'RemoveGateway':
      if (state.status !== 'set') throw noGateway(command.data.kind);
      return [{ type: 'GatewayRemoved', data: command.data }];
  }
};

export const gatewayDecider: Decider<GatewayState, GatewayCommand, GatewayEvent> = {
  initialState: { status: 'absent' },
  evolve,
  decide,
};
