// node deploy/checks/take-schemas.mjs <api/openapi-spec/swagger.json of a Kubernetes release> <its version>
// Writes kubernetes.schema.json: the official schemas of the kinds that our manifests use, without their descriptions.
import { readFileSync, writeFileSync } from 'node:fs';

const KINDS = [
  'io.k8s.api.apps.v1.Deployment',
  'io.k8s.api.apps.v1.StatefulSet',
  'io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler',
  'io.k8s.api.batch.v1.Job',
  'io.k8s.api.core.v1.ConfigMap',
  'io.k8s.api.core.v1.Namespace',
  'io.k8s.api.core.v1.PersistentVolumeClaim',
  'io.k8s.api.core.v1.Secret',
  'io.k8s.api.core.v1.Service',
  'io.k8s.api.core.v1.ServiceAccount',
  'io.k8s.api.networking.v1.Ingress',
  'io.k8s.api.networking.v1.NetworkPolicy',
  'io.k8s.api.policy.v1.PodDisruptionBudget',
];
const [, , file, version] = process.argv;
const { definitions } = JSON.parse(readFileSync(file, 'utf8'));
const taken = {};
const take = (name) => {
  if (taken[name] !== undefined) return;
  taken[name] = strict(definitions[name]);
  for (const [, next] of JSON.stringify(definitions[name]).matchAll(/#\/definitions\/([^"]+)/g)) take(next);
};
for (const kind of KINDS) take(kind);
const kinds = Object.fromEntries(
  KINDS.map((name) => {
    const [{ group, version: of, kind }] = definitions[name]['x-kubernetes-group-version-kind'];
    return [`${group === '' ? of : `${group}/${of}`} ${kind}`, `#/definitions/${name}`];
  }),
);
const text = JSON.stringify({
  $comment: `Kubernetes ${version}, Apache-2.0, The Kubernetes Authors`,
  kinds,
  definitions: taken,
});
writeFileSync(new URL('kubernetes.schema.json', import.meta.url), `${text}\n`);

/** A field that Kubernetes does not know is a mistake, as `kubectl apply` with strict validation sees it. */
function strict(schema) {
  if (schema.format === 'int-or-string') return { type: ['integer', 'string'] };
  const rest = Object.fromEntries(
    Object.entries(schema).filter(([key]) => key !== 'description' && !key.startsWith('x-')),
  );
  const properties =
    rest.properties && Object.fromEntries(Object.entries(rest.properties).map(([k, v]) => [k, strict(v)]));
  return {
    ...rest,
    ...(properties === undefined ? {} : { properties, additionalProperties: false }),
    ...(rest.items === undefined ? {} : { items: strict(rest.items) }),
    ...(typeof rest.additionalProperties === 'object'
      ? { additionalProperties: strict(rest.additionalProperties) }
      : {}),
  };
}
