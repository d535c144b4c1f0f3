import type { Aggregate, RowChange } from '@aftertone/event-store';
import { uuidOf } from '../deliveries/delivery-id.ts';
import { type GatewayCommand, gatewayDecider } from './gateway.decider.ts';
import type { GatewayEvent, GatewayKind, GatewayState } from './gateway.ts';

export const gatewayTable = 'message_gateway';

const rowOf = (state: GatewayState, version: number): RowChange[] => {
  switch (state.status) {
    case 'absent':
      return [];
    case 'removed':
      return [{ table: gatewayTable, op: 'delete', key: { kind: state.kind } }];
    case 'set': {
      const { kind, settings, setAt } = state;
      return [{ table: gatewayTable, op: 'upsert', row: { kind, settings, updated_at: setAt, version } }];
    }
  }
};

/** Where a tenant's SMS or faxes leave. */
export const gatewayAggregate: Aggregate<GatewayState, GatewayCommand, GatewayEvent> = {
  type: 'gateway',
  decider: gatewayDecider,
  codecs: { GatewaySet: { schemaVersion: 1 }, GatewayRemoved: { schemaVersion: 1 } },
  effects: (_before, after, events, { version }) => (events.length === 0 ? {} : { rows: rowOf(after, version) }),
};

/** A tenant has one of each kind. */
export const gatewayId = (tenantId: string, kind: GatewayKind): string =>
  uuidOf(JSON.stringify([tenantId, 'gateway', kind]));
