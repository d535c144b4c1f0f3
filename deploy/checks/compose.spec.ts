import { readFileSync } from 'node:fs';
import { deploySecrets, makeSecrets } from '@aftertone/local';
import { parseConfig } from '@aftertone/platform';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { serviceNames as names, schemas } from './schemas.ts';

const text = readFileSync(new URL('../compose/compose.yaml', import.meta.url), 'utf8');
// The defaults of variables, as they are when nothing is set.
const { services } = parse(text.replace(/\$\{\w+:-([^}]*)\}/g, '$1'), { merge: true });
const secrets = deploySecrets(makeSecrets(), {
  postgres: 'postgres:5432',
  postgresOptions: '',
  smtpUrl: 'smtp://mail:1025',
});

it('runs every service and migration restricted, from one image', () => {
  const ours = names.flatMap((name) => [services[name], services[`migrate-${name}`]]);
  for (const service of ours) {
    expect(service).toMatchObject({
      image: 'aftertone:0.1.0',
      user: '65532:65532',
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    });
  }
});

it.each(names)('gives %s settings that it knows and takes, after the migration of its database', (name) => {
  const { environment, env_file: files, depends_on: after, command } = services[name];
  expect(Object.keys(environment).filter((variable) => !(variable in schemas[name].shape))).toEqual([]);
  const secret = files.map((file: string) => secrets[/^secrets\/(.+)\.env$/.exec(file)?.[1] ?? '']);
  const config = parseConfig(schemas[name], Object.assign({}, ...secret, environment));
  expect(config).toMatchObject({ PORT: 8080 });
  expect(after[`migrate-${name}`]).toEqual({ condition: 'service_completed_successfully' });
  expect([command, services[`migrate-${name}`].command]).toEqual([
    [`apps/${name}/dist/main.js`],
    [`apps/${name}/dist/migrate.js`],
  ]);
});

it('opens ports to this machine alone', () => {
  for (const [name, { ports = [] }] of Object.entries<{ ports?: string[] }>(services)) {
    for (const port of ports) expect(port, name).toMatch(/^127\.0\.0\.1:/);
  }
});
