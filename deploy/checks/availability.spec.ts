import { beforeEach, describe, expect, it } from 'vitest';
import { type Manifest, needsRenderer, overlays, render } from './render.ts';
import { storageFaults } from './storage-faults.ts';
import { containers, lasting, ofKind, podLabels, selects, services, variables, workloads } from './workloads.ts';

const nameOf = ({ kind, metadata }: Manifest): string => `${kind} ${metadata.name}`;
const numberOf = (workload: Manifest, all: Manifest[], name: string): number =>
  Number(variables(containers(workload)[0], all).find((variable) => variable.name === name)?.value);

describe.each(overlays)('overlay %s', (overlay) => {
  beforeEach(needsRenderer);

  it('runs one version of everything that is ours, and names the version of everything else', () => {
    const images = workloads(render(overlay)).flatMap((one) => containers(one).map(({ image }): string => image));
    const ours = images.filter((image) => /(^|\/)aftertone:/.test(image));
    expect(ours).toHaveLength(8);
    expect(new Set(ours).size).toBe(1);
    for (const image of images) expect(image).toMatch(/:(?!latest)[\w.-]+$/);
  });

  it('probes paths that the services have, on ports that they open', () => {
    for (const workload of services(render(overlay))) {
      const [container] = containers(workload);
      const probe = (path: string) => ({ httpGet: { path, port: 'http' } });
      expect(container, nameOf(workload)).toMatchObject({
        startupProbe: probe('/healthz'),
        livenessProbe: probe('/healthz'),
        readinessProbe: probe('/readyz'),
      });
      expect(container.ports).toContainEqual({
        name: 'http',
        containerPort: numberOf(workload, render(overlay), 'PORT'),
      });
    }
  });

  it('leaves each service its grace time, and first the time until it gets no more work', () => {
    for (const workload of services(render(overlay))) {
      const { terminationGracePeriodSeconds } = workload.spec.template.spec;
      const seconds = (name: string): number => numberOf(workload, render(overlay), name) / 1_000;
      const [drain, grace] = [seconds('SHUTDOWN_DRAIN_MS'), seconds('SHUTDOWN_GRACE_MS')];
      // The kubelet and whoever routes on its word look away within some seconds.
      expect(drain, nameOf(workload)).toBeGreaterThanOrEqual(5);
      expect(terminationGracePeriodSeconds, nameOf(workload)).toBeGreaterThanOrEqual(drain + grace + 2);
    }
  });

  it('says what every container needs, and how much memory it may take', () => {
    for (const { resources } of workloads(render(overlay)).flatMap(containers)) {
      expect(resources).toEqual({
        requests: { cpu: expect.any(String), memory: expect.any(String) },
        limits: { memory: expect.any(String) },
      });
    }
  });

  it('drains nodes one replica at a time', () => {
    const budgets = ofKind(render(overlay), 'PodDisruptionBudget');
    for (const workload of services(render(overlay))) {
      const [budget, ...others] = budgets.filter(({ spec }) => selects(spec.selector, podLabels(workload)));
      expect(budget?.spec.maxUnavailable, nameOf(workload)).toBe(1);
      expect(others).toEqual([]);
    }
    expect(budgets).toHaveLength(4);
  });

  it('selects the pods that it makes, with its services and workloads', () => {
    const running = lasting(render(overlay));
    for (const workload of running) expect(selects(workload.spec.selector, podLabels(workload))).toBe(true);
    for (const service of ofKind(render(overlay), 'Service')) {
      const found = running.filter((one) => selects({ matchLabels: service.spec.selector }, podLabels(one)));
      expect(found, nameOf(service)).toHaveLength(1);
      const open = found.flatMap(containers).flatMap(({ ports }) => ports.map(({ name }: { name: string }) => name));
      for (const { targetPort } of service.spec.ports) expect(open, nameOf(service)).toContain(targetPort);
    }
    for (const { spec } of ofKind(render(overlay), 'StatefulSet')) {
      expect(ofKind(render(overlay), 'Service').map(({ metadata }) => metadata.name)).toContain(spec.serviceName);
    }
  });

  it('scales only what is there, and leaves it the number of its replicas', () => {
    for (const { spec } of ofKind(render(overlay), 'HorizontalPodAutoscaler')) {
      const target = workloads(render(overlay)).find(
        ({ kind, metadata }) => kind === spec.scaleTargetRef.kind && metadata.name === spec.scaleTargetRef.name,
      );
      expect(target, spec.scaleTargetRef.name).toBeDefined();
      expect(target?.spec.replicas).toBeUndefined();
      expect(spec.minReplicas).toBeGreaterThanOrEqual(2);
    }
  });

  it('mounts only volumes that are there', () => {
    const claims = ofKind(render(overlay), 'PersistentVolumeClaim').map(({ metadata }) => metadata.name);
    const maps = ofKind(render(overlay), 'ConfigMap').map(({ metadata }) => metadata.name);
    for (const workload of workloads(render(overlay))) {
      const volumes: Array<{
        name: string;
        persistentVolumeClaim?: { claimName: string };
        configMap?: { name: string };
      }> = workload.spec.template.spec.volumes ?? [];
      const templates: Manifest[] = workload.spec.volumeClaimTemplates ?? [];
      const known = [...volumes.map(({ name }) => name), ...templates.map(({ metadata }) => metadata.name)];
      for (const { name } of containers(workload).flatMap(({ volumeMounts }) => volumeMounts ?? [])) {
        expect(known, nameOf(workload)).toContain(name);
      }
      for (const { persistentVolumeClaim, configMap } of volumes) {
        if (persistentVolumeClaim) expect(claims).toContain(persistentVolumeClaim.claimName);
        if (configMap) expect(maps).toContain(configMap.name);
      }
    }
  });

  it('keeps recordings and spools on volumes of their own, large enough for what may lie there', () => {
    expect(storageFaults(overlay, render(overlay))).toEqual([]);
  });
});
