import { beforeEach, describe, expect, it } from 'vitest';
import { flowsOf } from './flows.ts';
import { networkFaults } from './network-faults.ts';
import { type Manifest, needsRenderer, overlays, render } from './render.ts';
import { secretFaults } from './secret-faults.ts';
import { containers, ofKind, services, variables, workloads } from './workloads.ts';

const nameOf = ({ kind, metadata }: Manifest): string => `${kind} ${metadata.name}`;

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
    expect(secretFaults(render(overlay))).toEqual([]);
  });

  it('lets nobody talk to anybody but as the table of flows says, and everybody as it says', () => {
    expect(networkFaults(overlay, render(overlay))).toEqual([]);
  });

  it('believes what proxies say of addresses only where nobody else reaches the gateway', () => {
    const trusting = services(render(overlay)).some((one) =>
      variables(containers(one)[0], render(overlay)).some(({ name }) => name === 'TRUSTED_PROXIES'),
    );
    const reached = [...flowsOf(render(overlay)).in].filter((flow) => flow.includes(' -> gateway:'));
    expect(reached.some((flow) => flow.startsWith('anybody'))).toBe(!trusting);
  });

  it('gives every service an account of its own without a token', () => {
    const accounts = ofKind(render(overlay), 'ServiceAccount');
    expect(accounts.filter(({ automountServiceAccountToken }) => automountServiceAccountToken !== false)).toEqual([]);
    const used = services(render(overlay)).map(({ spec }) => spec.template.spec.serviceAccountName);
    expect(new Set(used).size).toBe(4);
    expect(accounts.map(({ metadata }) => metadata.name)).toEqual(expect.arrayContaining(used));
  });
});
