import { beforeEach, describe, expect, it } from 'vitest';
import { type Manifest, needsRenderer, overlays, render } from './render.ts';
import { containers, lasting, ofKind, podLabels, selects, services, variables, workloads } from './workloads.ts';

const nameOf = ({ kind, metadata }: Manifest): string => `${kind} ${metadata.name}`;
const SECRET_NAME = /PASSWORD|SECRET|SEED|KEK|KEY$|TOKEN|DATABASE_URL|SMTP_URL|CREDENTIAL/;

describe.each(overlays)('overlay %s', (overlay) => {
  beforeEach(needsRenderer);

  it('runs every pod restricted, on a root file system that nobody writes to', () => {
    expect(workloads(render(overlay)).length).toBeGreaterThan(7);
    for (const workload of workloads(render(overlay))) {
      const pod = workload.spec.template.spec;
      expect(pod, nameOf(workload)).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      });
      expect(pod.securityContext.runAsUser, nameOf(workload)).toBeGreaterThan(0);
      for (const field of ['hostNetwork', 'hostPID', 'hostIPC']) expect(pod[field], nameOf(workload)).toBeUndefined();
      const volumes: Array<Record<string, unknown>> = pod.volumes ?? [];
      expect(volumes.filter((volume) => 'hostPath' in volume)).toEqual([]);
      for (const container of [...containers(workload), ...(pod.initContainers ?? [])]) {
        expect(container.securityContext, nameOf(workload)).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(container.ports?.filter((port: { hostPort?: number }) => port.hostPort !== undefined) ?? []).toEqual([]);
      }
    }
  });

  it('has pods admitted by the strictest standard', () => {
    const [namespace] = ofKind(render(overlay), 'Namespace');
    expect(namespace?.metadata.labels?.['pod-security.kubernetes.io/enforce']).toBe('restricted');
    const elsewhere = render(overlay).filter(
      ({ kind, metadata }) => kind !== 'Namespace' && metadata.namespace !== namespace?.metadata.name,
    );
    expect(elsewhere).toEqual([]);
  });

  it('takes every secret from a Secret, and holds none itself', () => {
    const all = render(overlay);
    expect(ofKind(all, 'Secret')).toEqual([]);
    const open = workloads(all).flatMap((workload) =>
      containers(workload)
        .flatMap((container) => variables(container, all))
        .filter(({ name, secret }) => SECRET_NAME.test(name) && secret === undefined)
        .map(({ name }) => `${nameOf(workload)}: ${name}`),
    );
    expect(open).toEqual([]);
    for (const { data } of ofKind(all, 'ConfigMap')) {
      expect(JSON.stringify(data)).not.toMatch(/:\/\/[^/\s"]+:[^/\s"]+@/);
    }
  });

  it('lets nobody talk to anybody unless a policy says so, and has one for every port', () => {
    const policies = ofKind(render(overlay), 'NetworkPolicy');
    expect(policies.find(({ spec }) => selects(spec.podSelector, {}) && spec.ingress === undefined)?.spec).toEqual({
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
    });
    for (const workload of lasting(render(overlay))) {
      const rules = policies
        .filter(({ spec }) => selects(spec.podSelector, podLabels(workload)))
        .flatMap(({ spec }) => spec.ingress ?? []);
      const allowed = rules.flatMap((rule: { ports?: Array<{ port: string }> }) => rule.ports ?? []);
      for (const { name } of containers(workload).flatMap(({ ports }) => ports)) {
        expect(
          allowed.map(({ port }: { port: string }) => port),
          nameOf(workload),
        ).toContain(name);
      }
    }
  });

  it('names only pods and ports in its policies that are there', () => {
    const pods = workloads(render(overlay)).map(podLabels);
    const isThere = (selector: object) => pods.some((labels) => selects(selector, labels));
    for (const { metadata, spec } of ofKind(render(overlay), 'NetworkPolicy')) {
      expect(isThere(spec.podSelector), metadata.name).toBe(true);
      const peers = [...(spec.ingress ?? []), ...(spec.egress ?? [])].flatMap((rule) => [
        ...(rule.from ?? []),
        ...(rule.to ?? []),
      ]);
      for (const { podSelector, namespaceSelector } of peers) {
        if (podSelector !== undefined && namespaceSelector === undefined) {
          expect(isThere(podSelector), `${metadata.name}: ${JSON.stringify(podSelector)}`).toBe(true);
        }
      }
    }
  });

  it('gives every service an account of its own without a token', () => {
    const accounts = ofKind(render(overlay), 'ServiceAccount');
    expect(accounts.filter(({ automountServiceAccountToken }) => automountServiceAccountToken !== false)).toEqual([]);
    const used = services(render(overlay)).map(({ spec }) => spec.template.spec.serviceAccountName);
    expect(new Set(used).size).toBe(4);
    expect(accounts.map(({ metadata }) => metadata.name)).toEqual(expect.arrayContaining(used));
  });
});
