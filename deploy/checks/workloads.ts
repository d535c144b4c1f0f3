import type { Manifest } from './render.ts';

/** A container's environment variable and where its value comes from. */
export interface Variable {
  name: string;
  /** Of a ConfigMap or the manifest itself; undefined: of a Secret. */
  value?: string;
  secret?: { name: string; key: string; optional: boolean };
}

// biome-ignore lint/suspicious/noExplicitAny: as rendered; the schema test knows its shape
export type Container = any;

const KINDS = new Set(['Deployment', 'StatefulSet', 'Job']);

export const ofKind = (all: readonly Manifest[], kind: string): Manifest[] => all.filter((one) => one.kind === kind);

/** Everything that runs pods. */
export const workloads = (all: readonly Manifest[]): Manifest[] => all.filter(({ kind }) => KINDS.has(kind));

/** What runs for as long as it is wanted. */
export const lasting = (all: readonly Manifest[]): Manifest[] => workloads(all).filter(({ kind }) => kind !== 'Job');

/** Those of ours: the image with all services. */
export const services = (all: readonly Manifest[]): Manifest[] =>
  lasting(all).filter((one) => podLabels(one)['app.kubernetes.io/component'] === 'service');

export const podLabels = (workload: Manifest): Record<string, string> => workload.spec.template.metadata.labels;

export const containers = (workload: Manifest): Container[] => workload.spec.template.spec.containers;

export interface Selector {
  matchLabels?: Record<string, string>;
  matchExpressions?: Array<{ key: string; operator: string; values?: string[] }>;
}

/** Whether a label selector of Kubernetes takes these labels; an empty one takes all. */
export function selects({ matchLabels, matchExpressions }: Selector, labels: Record<string, string>): boolean {
  const equal = Object.entries(matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return equal && (matchExpressions ?? []).every((expression) => holds(expression, labels[expression.key]));
}

function holds({ operator, values = [] }: { operator: string; values?: string[] }, label: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return label !== undefined && values.includes(label);
    case 'NotIn':
      return label === undefined || !values.includes(label);
    case 'Exists':
      return label !== undefined;
    case 'DoesNotExist':
      return label === undefined;
    default:
      throw new Error(`no such operator: ${operator}`);
  }
}

/** Every variable of a container, those of whole ConfigMaps too. Throws for a ConfigMap that is not rendered. */
export function variables(container: Container, all: readonly Manifest[]): Variable[] {
  const fromMaps = (container.envFrom ?? []).flatMap((source: Container) => {
    const name: string | undefined = source.configMapRef?.name;
    const map = ofKind(all, 'ConfigMap').find((one) => one.metadata.name === name);
    if (map === undefined) throw new Error(`envFrom names no ConfigMap that is there: ${JSON.stringify(source)}`);
    return Object.entries(map.data as Record<string, string>).map(([key, value]) => ({ name: key, value }));
  });
  const own = (container.env ?? []).map((variable: Container): Variable => {
    const reference = variable.valueFrom?.secretKeyRef;
    return reference === undefined
      ? { name: variable.name, value: variable.value }
      : { name: variable.name, secret: { optional: false, ...reference } };
  });
  return [...fromMaps, ...own];
}
