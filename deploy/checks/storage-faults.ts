import type { Manifest, Overlay } from './render.ts';
import { schemas } from './schemas.ts';
import { type Container, containers, ofKind, podLabels, services, variables } from './workloads.ts';

const units: Record<string, number> = { Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 };

/** Bytes of a quantity such as `10Gi`. */
const bytesOf = (quantity: string): number => {
  const [, number = '', unit = ''] = /^(\d+)(\w*)$/.exec(quantity) ?? [];
  return Number(number) * (units[unit] ?? Number.NaN);
};

/** What is wrong with the volumes that recordings and spools are on. */
export function storageFaults(overlay: Overlay, all: readonly Manifest[]): string[] {
  const media = services(all).find((one) => podLabels(one)['app.kubernetes.io/name'] === 'media-svc');
  if (media === undefined) return ['there is no media-svc'];
  const [container] = containers(media);
  const set = new Map(variables(container, all).map(({ name, value }) => [name, value]));
  const claimAt = (setting: string): Container => claimOf(media, container, all, set.get(setting));
  const [recordings, spool] = [claimAt('MEDIA_STORAGE_PATH'), claimAt('MEDIA_SPOOL_PATH')];
  const faults = [];
  if (recordings?.isOwn !== false) faults.push('MEDIA_STORAGE_PATH is not on a volume of all replicas');
  if (spool?.isOwn !== true) faults.push('MEDIA_SPOOL_PATH is not on a volume of each replica');
  // A cluster for trying things out has one node.
  const shared = overlay === 'dev' ? 'ReadWriteOnce' : 'ReadWriteMany';
  if (recordings?.spec.accessModes.join() !== shared) faults.push(`recordings are not ${shared}`);
  if (spool?.spec.accessModes.join() !== 'ReadWriteOnce') faults.push('spools are not ReadWriteOnce');
  const most = schemas['media-svc'].shape.MEDIA_SPOOL_MAX_BYTES.parse(set.get('MEDIA_SPOOL_MAX_BYTES'));
  // File systems keep some of a volume for themselves.
  if (!(most <= 0.95 * bytesOf(spool?.spec.resources.requests.storage ?? ''))) {
    faults.push('MEDIA_SPOOL_MAX_BYTES is more than the volume holds');
  }
  return faults;
}

/** The claim below a folder, and whether each replica has one of its own; undefined where there is none to write to. */
function claimOf(media: Manifest, container: Container, all: readonly Manifest[], path: string | undefined): Container {
  const mount = container.volumeMounts.find((one: Container) => one.mountPath === path && one.readOnly !== true);
  const template = (media.spec.volumeClaimTemplates ?? []).find((one: Manifest) => one.metadata.name === mount?.name);
  if (template !== undefined) return { isOwn: true, spec: template.spec };
  const volume = media.spec.template.spec.volumes.find((one: Container) => one.name === mount?.name);
  const claim = ofKind(all, 'PersistentVolumeClaim').find(
    ({ metadata }) => metadata.name === volume?.persistentVolumeClaim?.claimName,
  );
  return claim && { isOwn: false, spec: claim.spec };
}
