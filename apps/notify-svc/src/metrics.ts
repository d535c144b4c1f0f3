import { metrics } from '@aftertone/platform';
import { Gauge, Histogram } from 'prom-client';

const registers = [metrics];

export const attemptDuration = new Histogram({
  name: 'aftertone_notify_attempt_duration_seconds',
  help: 'Time of attempts to send notifications',
  labelNames: ['channel', 'outcome'],
  buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120],
  registers,
});

export const deliveryLag = new Gauge({
  name: 'aftertone_notify_lag_seconds',
  help: 'How long the longest waiting of the notifications taken last had been due',
  labelNames: ['lane'],
  registers,
});
