import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { deploySecrets, makeSecrets, natsAccounts } from '@aftertone/local';
import { parseConfig } from '@aftertone/platform';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Manifest, needsRenderer, type Overlay, overlays, render, renderFolder } from './render.ts';
import { type ServiceName, schemas } from './schemas.ts';
import { containers, ofKind, podLabels, services, type Variable, variables, workloads } from './workloads.ts';

const { 'media-svc': media, 'notify-svc': notify } = schemas;
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
/** What prod leaves empty, so that it is somebody's own. */
const ownOf: Record<Overlay, Record<string, string>> = {
  dev: {},
  prod: { MAIL_FROM: 'voicemail@acme.test', VAPID_SUBJECT: 'mailto:voicemail@acme.test' },
};
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
      const given = variables(containers(workload)[0], render(overlay)).map((one) => [
        one.name,
        givenTo(one) || ownOf[overlay][one.name],
      ]);
      const config = parseConfig(schemaOf(workload), Object.fromEntries(given));
      expect(config, workload.metadata.name).toMatchObject({ PORT: 8080, AFTERTONE_CELL: 'c1' });
    }
  });

  it('leaves empty what only its operator knows, and nothing else', () => {
    const empty = services(render(overlay)).flatMap((workload) =>
      variables(containers(workload)[0], render(overlay)).filter(({ value, secret }) => secret === undefined && !value),
    );
    expect(empty.map(({ name }) => name).sort()).toEqual(Object.keys(ownOf[overlay]));
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

describe('overlay prod', () => {
  beforeEach(needsRenderer);
  const set = (service: ServiceName): Map<string, string | undefined> => {
    const workload = services(render('prod')).find((one) => one.metadata.name === service);
    return new Map(
      variables(containers(workload as Manifest)[0], render('prod')).map((one) => [one.name, givenTo(one)]),
    );
  };

  it('sends no mail in the name of nobody: without a sender notify-svc does not start', () => {
    const start = () => parseConfig(notify, Object.fromEntries(set('notify-svc')));
    expect(start).toThrow('MAIL_FROM: is missing');
  });

  it('is reached under the name that it gives to clients, and lets the largest recording in', () => {
    const [ingress] = ofKind(render('prod'), 'Ingress');
    const { host } = new URL(set('gateway').get('PUBLIC_URL') ?? '');
    expect(ingress?.spec.rules.map((rule: { host: string }) => rule.host)).toEqual([host]);
    const annotations = ingress?.metadata.annotations ?? {};
    const [, megabytes] = /^(\d+)m$/.exec(annotations['nginx.ingress.kubernetes.io/proxy-body-size'] ?? '') ?? [];
    const largest = media.shape.MEDIA_MAX_BYTES.parse(set('media-svc').get('MEDIA_MAX_BYTES'));
    expect(Number(megabytes) * 2 ** 20).toBeGreaterThan(largest + 1_000_000);
  });

  it('speaks to the bus encrypted, since that is elsewhere', () => {
    const urls = (set('gateway').get('NATS_URL') ?? '').split(',');
    for (const url of [...urls, set('gateway').get('NATS_SUBSCRIBER_URL')]) expect(url).toMatch(/^tls:/);
  });

  it('trusts an authority of its own in every program, where the component says so', () => {
    const all = renderFolder('deploy/checks/fixtures/private-ca');
    expect(ours(all)).toHaveLength(8);
    for (const workload of ours(all)) {
      const [container] = containers(workload);
      const file = variables(container, all).find(({ name }) => name === 'NODE_EXTRA_CA_CERTS')?.value ?? '';
      const mount = container.volumeMounts.find(({ mountPath }: { mountPath: string }) => mountPath === dirname(file));
      const volumes: Array<{ name: string }> = workload.spec.template.spec.volumes;
      expect(volumes, workload.metadata.name).toContainEqual({ name: mount?.name, configMap: { name: 'private-ca' } });
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
