import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseConfig } from '@aftertone/platform';
import { temporaryFolder } from '@aftertone/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ServiceName, schemas, serviceNames } from './schemas.ts';

/** Stands in for the client of a container engine: writes down what it is asked to run, and answers that all went well. */
const client = `#!/bin/sh
if [ "$1" = run ]; then for argument; do printf '%s\\0' "$argument"; done >> "$RUNS"; printf '\\n' >> "$RUNS"; fi
case "$*" in 'image inspect'*) echo 224000000 ;; *ExitCode*) echo 0 ;; esac
`;

const folder = temporaryFolder('aftertone-report-');
const runs = new Map<string, string[]>();

beforeAll(() => {
  const [docker, record] = [join(folder.path, 'docker'), join(folder.path, 'runs')];
  writeFileSync(docker, client, { mode: 0o755 });
  const script = fileURLToPath(new URL('../images/report.sh', import.meta.url));
  execFileSync('bash', [script, 'aftertone:1'], { env: { ...process.env, DOCKER: docker, RUNS: record } });
  for (const line of readFileSync(record, 'utf8').trim().split('\n')) {
    const run = line.split('\0').filter(Boolean);
    runs.set(/^apps\/(.+)\/dist\/main\.js$/.exec(run.at(-1) ?? '')?.[1] ?? '', run);
  }
});
afterAll(() => folder.remove());

const given = (service: ServiceName, option: string): string[] =>
  (runs.get(service) ?? []).filter((_, at, all) => all[at - 1] === option);

it('runs every service once', () => {
  expect([...runs.keys()]).toEqual(serviceNames);
});

it.each(serviceNames)('starts %s with settings that it takes, and folders that it can write to', (service) => {
  const settings = Object.fromEntries(given(service, '--env').map((one) => one.split(/=(.*)/s)));
  const config: Record<string, unknown> = parseConfig(schemas[service], settings);
  expect(config).toMatchObject({ PORT: 8080 });
  const writable = given(service, '--tmpfs').map((mount) => mount.split(':')[0]);
  for (const [name, path] of Object.entries(config)) {
    if (name.startsWith('MEDIA_') && name.endsWith('_PATH')) expect(writable, name).toContain(path);
  }
});
