import type { TestProject } from 'vitest/node';
import { startNats } from './nats.ts';
import { startPostgres } from './postgres.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Superuser's connection string of the run's Postgres. */
    postgresUrl: string;
    /** Address with credentials of the run's NATS server. */
    natsUrl: string;
  }
}

/** Starts one Postgres and one NATS server for the whole run and tells every test file where they are. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const servers = await Promise.all([startPostgres(), startNats()]);
  const [postgres, nats] = servers;
  project.provide('postgresUrl', postgres.url);
  project.provide('natsUrl', nats.url);
  return async () => {
    await Promise.all(servers.map((server) => server.remove()));
  };
}
