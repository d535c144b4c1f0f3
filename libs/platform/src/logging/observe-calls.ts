import { DomainError } from '@aftertone/kernel';
import { callDuration } from '../metrics.ts';
import { type Correlation, correlate } from './correlation.ts';
import type { Logger } from './logger.ts';

/** Stands around the handling of every call. `what.name` is for example `mailbox.deposit-message`. */
export type AroundCall = <T>(what: Correlation & { name: string }, run: () => Promise<T>) => Promise<T>;

const outcomeOf = (error: unknown): string => (error instanceof DomainError ? error.code : 'internal-error');

/** One line and one measurement per call: its name, correlation, outcome and duration. Bugs come with their cause. */
export const observeCalls =
  (logger: Logger): AroundCall =>
  ({ name, ...correlation }, run) =>
    correlate(correlation, async () => {
      const start = performance.now();
      const report = (outcome: string, error?: unknown): void => {
        const durationMs = Math.round((performance.now() - start) * 100) / 100;
        callDuration.observe({ name, outcome }, durationMs / 1000);
        const line = { call: name, outcome, durationMs };
        if (outcome === 'internal-error') logger.error({ ...line, err: error }, 'call failed');
        else logger.info(line, 'call');
      };
      try {
        const result = await run();
        report('ok');
        return result;
      } catch (error) {
        report(outcomeOf(error), error);
        throw error;
      }
    });
