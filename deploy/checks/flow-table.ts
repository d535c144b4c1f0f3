import type { Overlay } from './render.ts';

const services = ['gateway', 'mailbox-svc', 'media-svc', 'notify-svc'];
const migrations = services.map((service) => `migrate-${service}`);
/** The Internet, and nothing inside. */
const internet = [
  '0.0.0.0/0 but 10.0.0.0/8 but 100.64.0.0/10 but 127.0.0.0/8 but 169.254.0.0/16 but 172.16.0.0/12 but 192.168.0.0/16',
  '::/0 but ::1/128 but fc00::/7 but fe80::/10',
];

/** Between pods of every overlay: both ends must let it through. */
const inside = [
  ['gateway', 'media-svc', 8080],
  ['notify-svc', 'media-svc', 8080],
  // Replicas fetch from each other what lies in a spool only.
  ['media-svc', 'media-svc', 8080],
] as const;

/** Out of the overlay, or in from outside: there is one end only that a policy of ours speaks for. */
const outward = [
  ...internet.map((network) => ['notify-svc', network, 443] as const),
  ...[...services, ...migrations].flatMap((pod) =>
    ['53', '53/UDP'].map((port) => [pod, 'kube-system/kube-dns', port] as const),
  ),
];
const inward = services.map((service) => ['monitoring/*', service, 8080] as const);

type Flow = readonly [from: string, to: string, port: number | string];
interface Table {
  inside: readonly Flow[];
  outward: readonly Flow[];
  inward: readonly Flow[];
}

/** Who talks to whom: all of it. The ports are those that the programs listen at. */
export const flowTable: Record<Overlay, Table> = {
  dev: {
    inside: [
      ...inside,
      ...services.map((service) => [service, 'nats', 4222] as const),
      ...[...services, ...migrations].map((pod) => [pod, 'postgres', 5432] as const),
      ['notify-svc', 'mail', 1025],
    ],
    outward: [
      ...outward,
      ...['nats', 'postgres', 'mail'].flatMap((pod) =>
        ['53', '53/UDP'].map((port) => [pod, 'kube-system/kube-dns', port] as const),
      ),
    ],
    inward: [...inward, ['anybody', 'gateway', 8080], ['monitoring/*', 'nats', 8222], ['anybody', 'mail', 8025]],
  },
  prod: {
    inside,
    outward: [
      ...outward,
      ...services.map((service) => [service, '192.0.2.0/24', 4222] as const),
      ...[...services, ...migrations].map((pod) => [pod, '192.0.2.0/24', 5432] as const),
      ['notify-svc', '198.51.100.0/24', 465],
      ['notify-svc', '198.51.100.0/24', 587],
    ],
    inward: [...inward, ['ingress-nginx/*', 'gateway', 8080]],
  },
};
