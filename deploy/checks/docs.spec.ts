import { existsSync, readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { needsRenderer, render } from './render.ts';
import { containers, services, variables, workloads } from './workloads.ts';

const fileOf = (path: string): URL => new URL(`../../${path}`, import.meta.url);
const textOf = (path: string): string => readFileSync(fileOf(path), 'utf8');
const docs = textOf('docs/deploy.md');

describe('docs/deploy.md', () => {
  beforeEach(needsRenderer);

  it('names every key of every Secret that the manifests refer to, and which can be left out', () => {
    const refs = workloads(render('dev')).flatMap((workload) =>
      containers(workload).flatMap((container) =>
        variables(container, render('dev')).flatMap(({ secret }) => secret ?? []),
      ),
    );
    for (const { name, key, optional } of refs.filter((one) => !/-(nats|postgres)$/.test(one.name))) {
      const [, , needed, more] = new RegExp(`^\\| \`${name}\` .*$`, 'm').exec(docs)?.[0].split('|') ?? [];
      expect(optional ? more : needed, name).toContain(`\`${key}\``);
    }
  });

  it('has a way to every address that dev hands out', () => {
    const [gateway] = services(render('dev')).filter(({ metadata }) => metadata.name === 'gateway');
    const given = variables(containers(gateway as never)[0], render('dev'));
    for (const [setting, service, port] of [
      ['PUBLIC_URL', 'gateway', 80],
      ['NATS_SUBSCRIBER_URL', 'nats', 4222],
    ] as const) {
      const address = new URL(given.find(({ name }) => name === setting)?.value ?? '');
      expect(address.hostname).toBe('localhost');
      expect(docs).toContain(`port-forward --namespace aftertone service/${service} ${address.port}:${port} `);
    }
  });
});

describe.each(['README.md', 'docs/deploy.md', 'deploy/compose/compose.yaml'])('the commands in %s', (path) => {
  it("are those of Debian's packages", () => {
    for (const line of textOf(path).split('\n')) {
      if (/\bdocker build\b/.test(line)) expect(line).toMatch(/^DOCKER_BUILDKIT=1 /);
      expect(line).not.toMatch(/\bdocker compose -/);
    }
  });

  it('name programs and files that are there', () => {
    for (const [file] of textOf(path).matchAll(/\b(?:apps|libs|deploy)\/[\w./-]+\.(?:js|sh|yaml|sql|conf)\b/g)) {
      const source = file.replace('/dist/', '/src/').replace(/\.js$/, '.ts');
      expect(existsSync(fileOf(source)), file).toBe(true);
    }
  });
});
