import type { FastifyInstance } from 'fastify';
import { metrics } from '../metrics.ts';

/** By part, whether it answers now. */
export type Checks = Readonly<Record<string, boolean>>;

export interface Readiness {
  /** Asks every part that the service cannot do without. A part that throws or takes a second is not ready. */
  ready: () => Promise<Checks> | Checks;
  /** True once the service is ending: it is not ready then, so that nobody sends it new work. */
  ending?: () => boolean;
  timeoutMs?: number;
}

const within = async (checks: Promise<Checks>, timeoutMs: number): Promise<Checks> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Checks>((resolve) => {
    timer = setTimeout(() => resolve({ checks: false }), timeoutMs);
  });
  try {
    return await Promise.race([checks, late]);
  } catch {
    return { checks: false };
  } finally {
    clearTimeout(timer);
  }
};

/**
 * GET `/healthz` (the process lives; asks nobody), `/readyz` (200 or 503, each part by name) and `/metrics`
 * (Prometheus).
 */
export const registerHealth = (server: FastifyInstance, readiness: Readiness): void => {
  server.get('/healthz', async () => ({ status: 'ok' }));
  server.get('/readyz', async (_request, reply) => {
    const asked = async (): Promise<Checks> => readiness.ready();
    const checks = await within(asked(), readiness.timeoutMs ?? 1_000);
    const ending = readiness.ending?.() ?? false;
    const ready = !ending && Object.values(checks).every(Boolean);
    void reply.status(ready ? 200 : 503);
    return { status: ready ? 'ready' : ending ? 'ending' : 'not-ready', checks };
  });
  server.get('/metrics', async (_request, reply) => {
    void reply.type(metrics.contentType);
    return metrics.metrics();
  });
};
