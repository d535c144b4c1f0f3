import { metrics } from '@aftertone/platform';
import { Gauge } from 'prom-client';

/** Events of the log that the bus has not taken yet. */
export const relayLag = new Gauge({
  name: 'aftertone_relay_lag_events',
  help: 'Events of the log that are not on the bus yet',
  registers: [metrics],
});

/** An alarm belongs on this one: a short queue can be an old one. */
export const relayAge = new Gauge({
  name: 'aftertone_relay_oldest_age_seconds',
  help: 'How long the oldest of them has been waiting',
  registers: [metrics],
});
