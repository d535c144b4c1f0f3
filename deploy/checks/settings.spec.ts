import { readFileSync } from 'node:fs';
import { deploySecrets, makeSecrets, natsAccounts } from '@aftertone/local';
import { parseConfig } from '@aftertone/platform';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Manifest, needsRenderer, overlays, render } from './render.ts';
import { type ServiceName, schemas } from './schemas.ts';
import { containers, podLabels, services, type Variable, variables, workloads } from './workloads.ts';

const secrets = deploySecrets(makeSecrets(), {
  postgres: 'postgres:5432',
  postgresOptions: 'sslmode=require',
  smtpUrl: 'smtp://mail:1025',
});

const schemaOf = (workload: Manifest) => {
  const name = podLabels(workload)['app.kubernetes.io/name']?.replace(/^migrate-/, '');
  const schema = schemas[name as ServiceName];
  if (schema === undefined) throw new Error(`no schema of ${name}`);
  return schema;
};
const ours = (all: readonly Manifest[]): Manifest[] =>
  workloads(all).filter((one) => podLabels(one)['app.kubernetes.io/component'] !== 'server');
const givenTo = ({ value, secret }: Variable): string | undefined =>
  secret === undefined ? value : secrets[secret.name]?.[secret.key];

describe.each(overlays)('overlay %s', (overlay) => {
  beforeEach(needsRenderer);

  it('sets only what the service knows, once', () => {
    for (const workload of ours(render(overlay))) {
      const names = containers(workload).flatMap((container) =>
        variables(container, render(overlay)).map(({ name }) => name),
      );
      const unknown = names.filter((name) => !(name in schemaOf(workload).shape));
      expect(unknown, workload.metadata.name).toEqual([]);
      expect(new Set(names).size, workload.metadata.name).toBe(names.length);
    }
  });

  it('sets all that the service needs, in values that it takes', () => {
    for (const workload of services(render(overlay))) {
      const given = variables(containers(workload)[0], render(overlay)).map((one) => [one.name, givenTo(one)]);
      const config = parseConfig(schemaOf(workload), Object.fromEntries(given));
      expect(config, workload.metadata.name).toMatchObject({ PORT: 8080, AFTERTONE_CELL: 'c1' });
    }
  });

  it('takes from Secrets what the generator of secrets makes, or can do without it', () => {
    const missing = workloads(render(overlay)).flatMap((workload) =>
      containers(workload)
        .flatMap((container) => variables(container, render(overlay)))
        .filter((one) => one.secret?.optional === false && !givenTo(one))
        .map(({ name }) => `${workload.metadata.name}: ${name}`),
    );
    expect(missing).toEqual([]);
  });

  it('runs programs that the build makes', () => {
    const programs = ours(render(overlay)).flatMap((workload) => containers(workload).flatMap(({ args }) => args));
    expect(programs).toHaveLength(8);
    for (const program of programs) {
      expect(program).toMatch(/^apps\/[a-z-]+\/dist\/(main|migrate)\.js$/);
      const source = program.replace('/dist/', '/src/').replace(/js$/, 'ts');
      expect(readFileSync(new URL(`../../${source}`, import.meta.url), 'utf8')).toContain('await run');
    }
  });
});

const fileOf = (path: string) => readFileSync(new URL(`../k8s/${path}`, import.meta.url), 'utf8');

it('has the accounts of the bus as npm start makes them', () => {
  expect(fileOf('nats/accounts.conf')).toBe(`${natsAccounts('c1')}\n`);
});

it('has a password for every user of the bus and of the databases', () => {
  const users = [...fileOf('nats/accounts.conf').matchAll(/\$(NATS_[A-Z_]+)/g)].map(([, name]) => name);
  expect(Object.keys(secrets['aftertone-nats'] ?? {}).sort()).toEqual([...new Set(users)].sort());
  const roles = [...fileOf('postgres/databases.sql').matchAll(/DATABASE_PASSWORD_[A-Z]+/g)].map(([name]) => name);
  expect(Object.keys(secrets['aftertone-postgres'] ?? {})).toEqual(['POSTGRES_PASSWORD', ...roles]);
});
