import { beforeEach, describe, expect, it } from 'vitest';
import { networkFaults } from './network-faults.ts';
import { type Manifest, needsRenderer, type Overlay, render } from './render.ts';
import { secretFaults } from './secret-faults.ts';
import { storageFaults } from './storage-faults.ts';

type Change = (all: Manifest[], named: (kind: string, name: string) => Manifest) => void;

/** The overlay with one thing broken. */
function broken(overlay: Overlay, change: Change): Manifest[] {
  const all = structuredClone(render(overlay));
  change(all, (kind, name) => {
    // Names of generated ConfigMaps end in a hash.
    const found = all.find(
      ({ metadata, ...one }) => one.kind === kind && metadata.name.replace(/-\w{10}$/, '') === name,
    );
    if (found === undefined) throw new Error(`no ${kind} ${name}`);
    return found;
  });
  return all;
}

const without =
  (kind: string, name: string): Change =>
  (all, named) => {
    all.splice(all.indexOf(named(kind, name)), 1);
  };
/** Another port in one rule of a policy. */
const port =
  (policy: string, direction: 'ingress' | 'egress', rule: number, to: number | string): Change =>
  (_, named) => {
    named('NetworkPolicy', policy).spec[direction][rule].ports[0].port = to;
  };
const setting =
  (map: string, name: string, value: string): Change =>
  (_, named) => {
    named('ConfigMap', map).data[name] = value;
  };

const networks: Array<[string, Overlay, Change]> = [
  ['without a policy for DNS', 'dev', without('NetworkPolicy', 'dns')],
  ['with DNS over TCP alone', 'prod', (_, named) => named('NetworkPolicy', 'dns').spec.egress[0].ports.shift()],
  ['without what denies the rest', 'prod', without('NetworkPolicy', 'default-deny')],
  ['from the gateway to another port of media-svc', 'dev', port('gateway', 'egress', 0, 9090)],
  ['from notify-svc to another port of media-svc', 'prod', port('notify-svc', 'egress', 0, 9090)],
  ['from media-svc to another port of its replicas', 'dev', port('media-svc', 'egress', 0, 9090)],
  ['to another port of Postgres', 'dev', port('to-postgres', 'egress', 0, 5433)],
  ['to another port of NATS', 'dev', port('to-nats', 'egress', 0, 4223)],
  ['to another port of the mail server', 'dev', port('to-mail', 'egress', 0, 1026)],
  ['to another port of a mail server elsewhere', 'prod', port('to-mail', 'egress', 0, 1026)],
  ['into a port that the bus has for something else', 'dev', port('nats', 'ingress', 0, 'monitor')],
  [
    'with migrations alone let in to Postgres',
    'dev',
    (_, named) => {
      named('NetworkPolicy', 'postgres').spec.ingress[0].from[0].podSelector = {
        matchLabels: { 'app.kubernetes.io/component': 'migration' },
      };
    },
  ],
  [
    'with media-svc open to a migration alone',
    'prod',
    (_, named) => {
      named('NetworkPolicy', 'media-svc').spec.ingress[0].from[0].podSelector = {
        matchLabels: { 'app.kubernetes.io/name': 'migrate-gateway' },
      };
    },
  ],
  [
    'with a migration let in to media-svc as well',
    'prod',
    (_, named) => {
      named('NetworkPolicy', 'media-svc').spec.ingress[0].from[0].podSelector.matchExpressions[0].values.push(
        'migrate-gateway',
      );
    },
  ],
  [
    'with webhooks into networks inside',
    'prod',
    (_, named) => {
      named('NetworkPolicy', 'notify-svc').spec.egress[1].to[0].ipBlock.except.shift();
    },
  ],
  [
    'with every port of the Internet',
    'prod',
    (_, named) => {
      delete named('NetworkPolicy', 'notify-svc').spec.egress[1].ports;
    },
  ],
  [
    'with anybody at the databases',
    'dev',
    (_, named) => {
      delete named('NetworkPolicy', 'postgres').spec.ingress[0].from;
    },
  ],
  [
    'with a program that listens elsewhere',
    'prod',
    (_, named) => {
      named('StatefulSet', 'media-svc').spec.template.spec.containers[0].ports[0].containerPort = 8081;
    },
  ],
  ['with an address that no policy knows', 'dev', setting('settings', 'NATS_URL', 'nats://nats:8222')],
  [
    'with a Service that leads to another port',
    'dev',
    (_, named) => {
      named('Service', 'nats').spec.ports[0].targetPort = 'monitor';
    },
  ],
];

const volumes: Array<[string, Overlay, Change]> = [
  [
    'with a spool elsewhere',
    'dev',
    (_, named) => {
      named('StatefulSet', 'media-svc').spec.template.spec.containers[0].volumeMounts.find(
        (one: { name: string }) => one.name === 'spool',
      ).mountPath = '/spool2';
    },
  ],
  ['with the setting elsewhere', 'prod', setting('media-settings', 'MEDIA_SPOOL_PATH', '/spool')],
  [
    'with recordings beside their volume',
    'prod',
    setting('media-settings', 'MEDIA_STORAGE_PATH', '/var/lib/recordings'),
  ],
  [
    'with recordings that cannot be written',
    'prod',
    (_, named) => {
      named('StatefulSet', 'media-svc').spec.template.spec.containers[0].volumeMounts.find(
        (one: { name: string }) => one.name === 'recordings',
      ).readOnly = true;
    },
  ],
  [
    'with recordings for one node',
    'prod',
    (_, named) => {
      named('PersistentVolumeClaim', 'recordings').spec.accessModes = ['ReadWriteOnce'];
    },
  ],
  [
    'with a spool for all',
    'prod',
    (_, named) => {
      named('StatefulSet', 'media-svc').spec.volumeClaimTemplates[0].spec.accessModes = ['ReadWriteMany'];
    },
  ],
  ['with recordings in the spool', 'prod', setting('media-settings', 'MEDIA_STORAGE_PATH', '/var/lib/aftertone/spool')],
  [
    'with a spool that is smaller than what may lie in it',
    'prod',
    (_, named) => {
      named('StatefulSet', 'media-svc').spec.volumeClaimTemplates[0].spec.resources.requests.storage = '1Gi';
    },
  ],
  ['with more in the spool than it holds', 'dev', setting('media-settings', 'MEDIA_SPOOL_MAX_BYTES', '10000000000')],
];

const cells = JSON.stringify({ c2: { NATS_URL: 'nats://two:4222', NATS_PASSWORD: 'hush', MEDIA_URL: 'http://two' } });
const clear: Array<[string, Overlay, Change]> = [
  ['in the list of cells', 'prod', setting('gateway-settings', 'AFTERTONE_CELLS', cells)],
  [
    'in JSON under another name',
    'prod',
    setting('gateway-settings', 'MORE', '{"two": {"MEDIA_GRANT_SECRET": "hush"}}'),
  ],
  ['in the JSON of an issuer', 'prod', setting('gateway-settings', 'ISSUERS', '[{"client_secret": "hush"}]')],
  ['in the address of the bus', 'dev', setting('settings', 'NATS_URL', 'nats://gateway:hush@nats:4222')],
  ['by its name', 'dev', setting('settings', 'NATS_PASSWORD', 'hush')],
  ['as a seed', 'dev', setting('gateway-settings', 'NATS_CALLOUT_SEED', 'SA')],
  [
    'in the manifest of a pod',
    'prod',
    (_, named) => {
      named('Deployment', 'gateway').spec.template.spec.containers[0].env.push({
        name: 'AFTERTONE_CELLS',
        value: cells,
      });
    },
  ],
  [
    'as a Secret among the manifests',
    'dev',
    (all) => {
      all.push({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'mine' }, stringData: {} });
    },
  ],
];

describe('a network is found broken', () => {
  beforeEach(needsRenderer);
  it.each(networks)('%s (%s)', (_, overlay, change) =>
    expect(networkFaults(overlay, broken(overlay, change))).not.toEqual([]),
  );
});

describe('a volume is found wrong', () => {
  beforeEach(needsRenderer);
  it.each(volumes)('%s (%s)', (_, overlay, change) =>
    expect(storageFaults(overlay, broken(overlay, change))).not.toEqual([]),
  );
});

describe('a secret is found in clear', () => {
  beforeEach(needsRenderer);
  it.each(clear)('%s (%s)', (_, overlay, change) => expect(secretFaults(broken(overlay, change))).not.toEqual([]));
});
