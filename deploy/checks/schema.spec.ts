import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { beforeEach, describe, expect, it } from 'vitest';
import { needsRenderer, overlays, render } from './render.ts';

const schema = JSON.parse(readFileSync(new URL('kubernetes.schema.json', import.meta.url), 'utf8'));
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false }).addSchema(schema, 'kubernetes');

const faultsOf = (object: { apiVersion: string; kind: string }): string[] => {
  const place = schema.kinds[`${object.apiVersion} ${object.kind}`];
  if (place === undefined) return ['no schema of this kind: add it to take-schemas.mjs'];
  const validate = ajv.getSchema(`kubernetes${place}`);
  if (validate === undefined) throw new Error(`no schema at ${place}`);
  if (validate(object) === true) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
};

describe.each(overlays)('every object of overlay %s', (overlay) => {
  beforeEach(needsRenderer);

  it('is what the schemas of Kubernetes say, without fields that it does not know', () => {
    const faults = render(overlay).flatMap((object) =>
      faultsOf(object).map((fault) => `${object.kind} ${object.metadata.name}: ${fault}`),
    );
    expect(faults).toEqual([]);
  });

  it('is there once', () => {
    const names = render(overlay).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });
});

it('knows a field that does not exist, and a value of another type', () => {
  const pod = { containers: [{ name: 'a', imagePullPolicie: 'Always', ports: [{ containerPort: 'http' }] }] };
  const labels = { a: 'b' };
  const faults = faultsOf({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    ...{ spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pod } } },
  });
  expect(faults).toHaveLength(2);
  expect(faults.join()).toContain('imagePullPolicie');
  expect(faults.join()).toContain('/ports/0/containerPort');
});
