import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { needsRenderer, render } from './render.ts';
import { type ServiceName, serviceNames } from './schemas.ts';
import { migrationSessions, mostReplicas, reserve, sessionsOf } from './sessions.ts';
import { containers, ofKind, services, workloads } from './workloads.ts';

const textOf = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const bound = (args: readonly string[]): number => Number(/max_connections=(\d+)/.exec(args.join(' '))?.[1]);

describe('overlay dev', () => {
  beforeEach(needsRenderer);

  it('has a Postgres with sessions for all replicas, also while they are replaced', () => {
    const all = render('dev');
    const postgres = ofKind(all, 'StatefulSet').find(({ metadata }) => metadata.name === 'postgres');
    const ofServices = services(all).reduce(
      (sum, one) => sum + mostReplicas(one, all) * sessionsOf(one.metadata.name as ServiceName),
      0,
    );
    const migrations = workloads(all).filter(({ kind }) => kind === 'Job').length * migrationSessions;
    expect(bound(containers(postgres as never)[0].args)).toBeGreaterThanOrEqual(ofServices + migrations + reserve);
  });
});

it('has sessions for all in the compose file', () => {
  const { services: ours } = parse(textOf('deploy/compose/compose.yaml'), { merge: true });
  const needed = serviceNames.reduce((sum, service) => sum + sessionsOf(service) + migrationSessions, reserve);
  expect(bound(ours.postgres.command)).toBeGreaterThanOrEqual(needed);
});

it('says in the documentation what a replica may open', () => {
  for (const service of serviceNames) {
    expect(textOf('docs/deploy.md')).toMatch(new RegExp(`\\| ${service} \\| ${sessionsOf(service)} \\|`));
  }
});

describe('overlay prod', () => {
  beforeEach(needsRenderer);

  it('lets nobody scale to more than the documentation reckons with', () => {
    const all = render('prod');
    for (const one of services(all)) {
      const most = mostReplicas(one, all) * sessionsOf(one.metadata.name as ServiceName) + migrationSessions + reserve;
      expect(textOf('docs/deploy.md'), one.metadata.name).toContain(`| ${most} |`);
    }
  });
});
