import { flowTable } from './flow-table.ts';
import { flowsOf, nameOf, openPorts } from './flows.ts';
import type { Manifest, Overlay } from './render.ts';
import { containers, ofKind, podLabels, selects, variables, workloads } from './workloads.ts';

const lineOf = ([from, to, port]: readonly [string, string, string | number]): string => `${from} -> ${to}:${port}`;

/** How the policies of an overlay differ from the table of flows, and the table from what the programs listen at and call. */
export function networkFaults(overlay: Overlay, all: readonly Manifest[]): string[] {
  const { inside, outward, inward } = flowTable[overlay];
  const { out, in: incoming } = flowsOf(all);
  return [
    ...deniedByDefault(all),
    ...differences('as the senders have it', [...inside, ...outward].map(lineOf), out),
    ...differences('as the receivers have it', [...inside, ...inward].map(lineOf), incoming),
    ...[...inside, ...inward]
      .filter(([, to, port]) => !listensAt(all, to).includes(Number(port)))
      .map((flow) => `${lineOf(flow)}: nobody listens there`),
    ...calls(all)
      .filter((call) => !inside.map(lineOf).includes(call))
      .map((call) => `${call}: set, but not in the table`),
  ];
}

const deniedByDefault = (all: readonly Manifest[]): string[] =>
  ofKind(all, 'NetworkPolicy').some(
    ({ spec }) =>
      selects(spec.podSelector, {}) &&
      ['Ingress', 'Egress'].every((type) => spec.policyTypes.includes(type)) &&
      spec.ingress === undefined &&
      spec.egress === undefined,
  )
    ? []
    : ['nothing denies what no policy allows'];

const differences = (side: string, wanted: readonly string[], found: ReadonlySet<string>): string[] => [
  ...wanted.filter((line) => !found.has(line)).map((line) => `not allowed ${side}: ${line}`),
  ...[...found]
    .filter((line) => !wanted.includes(line))
    .map((line) => `allowed ${side}, but not in the table: ${line}`),
];

const listensAt = (all: readonly Manifest[], name: string): number[] =>
  workloads(all)
    .filter((one) => nameOf(one) === name)
    .flatMap((one) => [...openPorts(one).values()]);

/** Addresses in settings that lead to a Service of the overlay, followed to the port of its pods. */
function calls(all: readonly Manifest[]): string[] {
  const services = new Map(ofKind(all, 'Service').map((one) => [one.metadata.name, one]));
  return workloads(all).flatMap((workload) =>
    containers(workload)
      .flatMap((container) => variables(container, all))
      // What is handed to clients is not called from here.
      .filter(({ name }) => !['PUBLIC_URL', 'NATS_SUBSCRIBER_URL'].includes(name))
      .flatMap(({ value = '' }) => [...value.matchAll(/\w+:\/\/(?:\{host\}\.)?([\w.-]+):(\d+)/g)])
      .flatMap(([, host = '', port]) => {
        const service = services.get(host);
        if (service === undefined) return [];
        const open = service.spec.ports.find((one: { port: number }) => one.port === Number(port));
        const targets = workloads(all).filter((one) => selects({ matchLabels: service.spec.selector }, podLabels(one)));
        return targets.map(
          (one) =>
            `${nameOf(workload)} -> ${nameOf(one)}:${openPorts(one).get(open?.targetPort) ?? `no port (${port})`}`,
        );
      }),
  );
}
