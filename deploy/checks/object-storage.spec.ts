import { beforeEach, describe, expect, it } from 'vitest';
import { flowTable } from './flow-table.ts';
import { flowsOf } from './flows.ts';
import { type Manifest, needsRenderer, render, renderFolder } from './render.ts';
import { containers, ofKind, services, variables } from './workloads.ts';

const all = (): Manifest[] => renderFolder('deploy/checks/fixtures/object-storage');
const mediaOf = (objects: Manifest[]): Manifest =>
  services(objects).find(({ metadata }) => metadata.name === 'media-svc') as Manifest;
const variablesOf = (objects: Manifest[]) => variables(containers(mediaOf(objects))[0], objects);
const storagesAt = (objects: Manifest[]) => variablesOf(objects).find(({ name }) => name === 'MEDIA_STORAGES');

describe('the component object-storage', () => {
  beforeEach(needsRenderer);

  it('needs no volume but the spools', () => {
    expect(ofKind(all(), 'PersistentVolumeClaim')).toEqual([]);
    const { template, volumeClaimTemplates } = mediaOf(all()).spec;
    expect(template.spec.volumes.map(({ name }: { name: string }) => name)).not.toContain('recordings');
    expect(volumeClaimTemplates.map(({ metadata }: Manifest) => metadata.name)).toEqual(['spool']);
    const mounts: Array<{ name: string }> = containers(mediaOf(all()))[0].volumeMounts;
    expect(mounts.map(({ name }) => name).sort()).toEqual(
      containers(mediaOf(render('prod')))[0]
        .volumeMounts.map(({ name }: { name: string }) => name)
        .filter((name: string) => name !== 'recordings')
        .sort(),
    );
  });

  it('has all recordings in the storage of the Secret, and starts nothing without it', () => {
    expect(storagesAt(render('prod'))?.secret).toMatchObject({ optional: true });
    expect(storagesAt(all())?.secret).toMatchObject({ name: 'aftertone-media', optional: false });
    const given = new Map(variablesOf(all()).map(({ name, value }) => [name, value]));
    expect(given.get('MEDIA_STORAGE')).toBe('main');
    // An empty setting counts as absent.
    expect(given.get('MEDIA_STORAGE_PATH')).toBe('');
  });

  it('lets media-svc reach the Internet, as notify-svc does, and changes no other flow', () => {
    const more = flowTable.prod.outward
      .filter(([from, , port]) => from === 'notify-svc' && port === 443)
      .map(([, to, port]) => `media-svc -> ${to}:${port}`);
    const [before, after] = [flowsOf(render('prod')), flowsOf(all())];
    expect([...after.out].filter((flow) => !before.out.has(flow)).sort()).toEqual(more.sort());
    expect([...before.out].filter((flow) => !after.out.has(flow))).toEqual([]);
    expect(after.in).toEqual(before.in);
  });
});
