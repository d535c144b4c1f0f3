import { AsyncLocalStorage } from 'node:async_hooks';

/** What every log line of one request, call or event carries. */
export interface Correlation {
  correlationId: string;
  tenantId?: string;
}

const storage = new AsyncLocalStorage<Correlation>();

/** Runs `work` so that its log lines, also the later ones of what it starts, carry `correlation`. */
export const correlate = <T>(correlation: Correlation, work: () => T): T => storage.run(correlation, work);

/** Undefined outside of any request, call or event. */
export const currentCorrelation = (): Correlation | undefined => storage.getStore();
