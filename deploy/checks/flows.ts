import type { Manifest } from './render.ts';
import { containers, ofKind, podLabels, type Selector, selects, workloads } from './workloads.ts';

/** What the policies of an overlay let through, as lines `from -> to:port`; without `/UDP` it is TCP. */
export interface Flows {
  /** As the senders' policies have it. */
  out: Set<string>;
  /** As the receivers' policies have it. */
  in: Set<string>;
}

interface Peer {
  podSelector?: Selector;
  namespaceSelector?: Selector;
  ipBlock?: { cidr: string; except?: string[] };
}
interface Port {
  port?: number | string;
  endPort?: number;
  protocol?: string;
}
interface Rule {
  from?: Peer[];
  to?: Peer[];
  ports?: Port[];
}

/** The names by which flows tell pods of a workload. */
export const nameOf = (workload: Manifest): string => podLabels(workload)['app.kubernetes.io/name'] ?? '';

/** Evaluates every NetworkPolicy for every workload, in both directions. */
export function flowsOf(all: readonly Manifest[]): Flows {
  const flows: Flows = { out: new Set(), in: new Set() };
  const pods = workloads(all);
  for (const { spec } of ofKind(all, 'NetworkPolicy')) {
    for (const workload of pods.filter((one) => selects(spec.podSelector, podLabels(one)))) {
      const self = nameOf(workload);
      if (spec.policyTypes.includes('Egress')) {
        for (const rule of (spec.egress ?? []) as Rule[]) {
          for (const { name, target } of peersOf(rule.to, pods)) {
            for (const port of portsOf(rule.ports, target)) flows.out.add(`${self} -> ${name}:${port}`);
          }
        }
      }
      if (spec.policyTypes.includes('Ingress')) {
        for (const rule of (spec.ingress ?? []) as Rule[]) {
          for (const { name } of peersOf(rule.from, pods)) {
            for (const port of portsOf(rule.ports, workload)) flows.in.add(`${name} -> ${self}:${port}`);
          }
        }
      }
    }
  }
  return flows;
}

/** Whom a rule names: workloads of the overlay by name, everybody else by what selects them. None named: anybody. */
function peersOf(peers: Peer[] | undefined, pods: readonly Manifest[]): Array<{ name: string; target?: Manifest }> {
  if (peers === undefined || peers.length === 0) return [{ name: 'anybody' }];
  return peers.flatMap(({ ipBlock, namespaceSelector, podSelector }): Array<{ name: string; target?: Manifest }> => {
    if (ipBlock !== undefined) return [{ name: [ipBlock.cidr, ...(ipBlock.except ?? [])].join(' but ') }];
    if (namespaceSelector !== undefined)
      return [{ name: [namespaceSelector, podSelector ?? {}].map(labelsOf).join('/') }];
    const found = pods.filter((one) => selects(podSelector ?? {}, podLabels(one)));
    return found.length > 0
      ? found.map((target) => ({ name: nameOf(target), target }))
      : [{ name: `nobody (${labelsOf(podSelector)})` }];
  });
}

const labelsOf = ({ matchLabels, matchExpressions }: Selector = {}): string =>
  matchExpressions === undefined ? Object.values(matchLabels ?? {}).join('+') || '*' : JSON.stringify(matchExpressions);

/** Numbers of ports; a name is one of the receiver's container. None given: every port. */
function portsOf(ports: Port[] | undefined, receiver: Manifest | undefined): string[] {
  if (ports === undefined || ports.length === 0) return ['every port'];
  return ports.map(({ port, endPort, protocol = 'TCP' }) => {
    const number =
      typeof port === 'number' ? port : receiver === undefined ? undefined : openPorts(receiver).get(`${port}`);
    const range = endPort === undefined ? '' : `-${endPort}`;
    return `${number ?? `no port (${port})`}${range}${protocol === 'TCP' ? '' : `/${protocol}`}`;
  });
}

/** Ports that the containers of a workload open, by name. */
export const openPorts = (workload: Manifest): Map<string, number> =>
  new Map(
    containers(workload).flatMap(({ ports }) =>
      ((ports ?? []) as Array<{ name: string; containerPort: number }>).map(({ name, containerPort }) => [
        name,
        containerPort,
      ]),
    ),
  );
