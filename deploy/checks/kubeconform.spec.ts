import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@aftertone/testing';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { findProgram, type Manifest, needsRenderer, overlays, render, renderFolder } from './render.ts';

interface Result {
  kind: string;
  name: string;
  status: string;
  msg: string;
}

const program = findProgram('kubeconform');
const folder = temporaryFolder('aftertone-schemas-');

/** Kubernetes' schemas as kubeconform looks for them: a file for each kind. Nothing is fetched. */
beforeAll(() => {
  const { kinds, definitions } = JSON.parse(readFileSync(new URL('kubernetes.schema.json', import.meta.url), 'utf8'));
  for (const [name, $ref] of Object.entries<string>(kinds)) {
    const [version = '', kind = ''] = name.toLowerCase().split(' ');
    // The first part of the group alone: networking-v1, not networking.k8s.io-v1.
    const suffix = version.includes('/') ? version.replace(/(\.[^/]*)?\//, '-') : version;
    writeFileSync(join(folder.path, `${kind}-${suffix}.json`), JSON.stringify({ $ref, definitions }));
  }
});
afterAll(() => folder.remove());
beforeEach((context) => {
  needsRenderer(context);
  context.skip(program === undefined, 'no kubeconform on the PATH or in .cache/manifests');
});

const resultsOf = (all: readonly Manifest[]): Result[] => {
  const location = join(folder.path, '{{ .ResourceKind }}{{ .KindSuffix }}.json');
  const { stdout } = spawnSync(
    program ?? '',
    ['-strict', '-output', 'json', '-verbose', '-schema-location', location],
    {
      input: all.map((object) => JSON.stringify(object)).join('\n---\n'),
      encoding: 'utf8',
    },
  );
  return (JSON.parse(stdout) as { resources: Result[] }).resources;
};

it.each(overlays)('finds every object of overlay %s valid', (overlay) => {
  const results = resultsOf(render(overlay));
  expect(results.filter(({ status }) => status !== 'statusValid')).toEqual([]);
  expect(results).toHaveLength(render(overlay).length);
});

it.each(['private-ca', 'object-storage'])('finds every object with the component %s valid', (component) => {
  const results = resultsOf(renderFolder(`deploy/checks/fixtures/${component}`));
  expect(results.filter(({ status }) => status !== 'statusValid')).toEqual([]);
});

it('finds a misspelt field', () => {
  const all = structuredClone(render('prod'));
  const gateway = all.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'gateway');
  gateway?.spec.template.spec.containers[0].env.push({ name: 'A', valeu: 'b' });
  const bad = resultsOf(all).filter(({ status }) => status !== 'statusValid');
  expect(bad).toMatchObject([{ kind: 'Deployment', name: 'gateway', status: 'statusInvalid' }]);
});
