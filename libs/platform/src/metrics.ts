import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** The measurements of this process, served at `/metrics`. Services add their own to it. */
export const metrics = new Registry();

// Looked at every 10 ms, as is usual, the event loop wakes an idle service a hundred times a second.
collectDefaultMetrics({ register: metrics, eventLoopMonitoringPrecision: 50 });

const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Seconds from the head of a request to the end of its answer; `route` is the pattern. */
export const requestDuration = new Histogram({
  name: 'aftertone_http_request_duration_seconds',
  help: 'Time to answer HTTP requests',
  labelNames: ['method', 'route', 'status'],
  buckets,
  registers: [metrics],
});

/** Seconds to handle one call from another service; `outcome` is `ok` or the code of the refusal. */
export const callDuration = new Histogram({
  name: 'aftertone_call_duration_seconds',
  help: 'Time to handle calls over the bus',
  labelNames: ['name', 'outcome'],
  buckets,
  registers: [metrics],
});
