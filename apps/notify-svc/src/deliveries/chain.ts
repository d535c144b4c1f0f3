import type { Channel } from '@aftertone/contracts';
import type { DeliveryFacts } from './delivery.ts';

/** Deliveries of one lane share places; what is slow in one never holds up another. */
export type Lane = 'mail' | 'http' | 'bus';

/** The order in which the channels have their first attempts for one event. */
const steps: Readonly<Record<Channel, number>> = {
  external: 0,
  email: 0,
  text: 0,
  webhook: 1,
  mwi: 2,
  push: 3,
  sms: 3,
  fax: 3,
};

const lanes: Readonly<Record<Channel, Lane>> = {
  external: 'mail',
  email: 'mail',
  text: 'mail',
  fax: 'mail',
  webhook: 'http',
  push: 'http',
  sms: 'http',
  mwi: 'bus',
};

export const stepOf = (channel: Channel): number => steps[channel];
export const laneOf = (channel: Channel): Lane => lanes[channel];

/** Where deliveries to a webhook wait while it is paused. */
export const webhookEndpoint = (webhookId: string): string => `webhook:${webhookId}`;

/**
 * What fails as one, named uniquely on the platform: a webhook that is down is down for all that is sent to it. All mail goes through one server, which
 * says of each recipient by itself what is wrong.
 */
export const endpointOf = (
  tenantId: string,
  { channel, recipient, purpose }: Pick<DeliveryFacts, 'channel' | 'recipient' | 'purpose'>,
): string => {
  switch (channel) {
    case 'external':
    case 'email':
    case 'text':
    case 'fax':
      return 'smtp';
    case 'sms':
      return `sms:${tenantId}`;
    case 'webhook':
      // A test is to be sent now, also to one that waits after a failure or is paused.
      return purpose === 'test' ? `webhook-test:${recipient}` : webhookEndpoint(recipient);
    case 'push':
      return `push:${recipient}`;
    case 'mwi':
      return 'bus';
  }
};
