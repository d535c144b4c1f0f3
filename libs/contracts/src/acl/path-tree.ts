import type { ServiceName } from '../rpc/rpc.ts';
import { serviceSubjects } from '../subjects.ts';
import type { EventPath } from './event-paths.ts';

/** Paths by their segments. */
export interface PathTree {
  children: Map<string, PathTree>;
  /** Whether a path ends here. */
  isPath: boolean;
  /** Whether one subject may stand for everything below: it lies within what the service's stream holds. */
  mayBeWhole: boolean;
}

const newTree = (mayBeWhole: boolean): PathTree => ({ children: new Map(), isPath: false, mayBeWhole });

type Roots = readonly (readonly string[])[];

const isWithin = (path: readonly string[], roots: Roots): boolean =>
  roots.length === 0 || roots.some((root) => root.every((segment, n) => path[n] === segment));

/** `roots`: paths above which nothing is taken together; none: everywhere. */
export const pathTree = (paths: readonly EventPath[], roots: Roots): PathTree => {
  const tree = newTree(roots.length === 0);
  for (const { segments } of paths) {
    let node = tree;
    for (const [n, segment] of segments.entries()) {
      const child = node.children.get(segment) ?? newTree(isWithin(segments.slice(0, n + 1), roots));
      node.children.set(segment, child);
      node = child;
    }
    node.isPath = true;
  }
  return tree;
};

/** `evt.*.users.*.voicemails.>` is the root `users.*.voicemails`. */
const rootOf = (subject: string): string[] => subject.split('.').slice(2, -1);

const services: readonly ServiceName[] = ['mailbox', 'media', 'notify', 'gateway'];

/** Below what each service's events are. */
export const serviceRoots: ReadonlyMap<ServiceName, Roots> = new Map(
  services.map((service) => [service, serviceSubjects[service].map(rootOf)]),
);
