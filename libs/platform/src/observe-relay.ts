import { Gauge } from 'prom-client';
import { metrics } from './metrics.ts';

/** How far a relay has come. */
export interface RelayStanding {
  /** Events of the log that are not on the bus yet. */
  lag: number;
  /** How long the oldest of them has been waiting; 0 when there is none. */
  oldestAgeMs: number;
}

const registers = [metrics];

const openGauges = () => ({
  lag: new Gauge({
    name: 'aftertone_relay_lag_events',
    help: 'Events of the log that are not on the bus yet',
    labelNames: ['cell'],
    registers,
  }),
  // An alarm belongs on this one: a short queue can be an old one.
  age: new Gauge({
    name: 'aftertone_relay_oldest_age_seconds',
    help: 'How long the oldest of them has been waiting',
    labelNames: ['cell'],
    registers,
  }),
});

let gauges: ReturnType<typeof openGauges> | undefined;

/**
 * Shows at `/metrics` what a relay reports. Nothing is shown before the first report: a zero from a process that does not
 * relay would say that all is published.
 *
 * @param cell whose bus it publishes to, when that is not the process's own
 */
export const observeRelay = ({ lag, oldestAgeMs }: RelayStanding, cell?: string): void => {
  gauges ??= openGauges();
  const labels = cell === undefined ? {} : { cell };
  gauges.lag.set(labels, lag);
  gauges.age.set(labels, oldestAgeMs / 1000);
};
