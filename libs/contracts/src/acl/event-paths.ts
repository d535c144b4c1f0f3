import type { EventDefinition } from '../events/definition.ts';
import { eventDefinitions } from '../events/index.ts';
import type { ServiceName } from '../rpc/rpc.ts';

/** Stands for any id in a path. */
export const anyId = '*';

/** One place where events of one type are published. */
export interface EventPath {
  type: string;
  service: ServiceName;
  /** Whether this is the event itself, not a copy for one of its audiences. */
  canonical: boolean;
  /** The path in its segments, `anyId` where an id is. */
  segments: readonly string[];
}

const copies = (what: string): string[] => [
  `voicemails.global.${what}`,
  `voicemails.groups.${anyId}.${what}`,
  `users.${anyId}.voicemails.${what}`,
];

const pathsOf = ({ type, service, path, audiences, memberViews }: EventDefinition): EventPath[] => {
  const own = path.replace(/\{[^}]*\}/g, anyId);
  const what = own.split('.').slice(-2).join('.');
  const canonical = [own, ...(memberViews ? [`mailboxes.${anyId}.member_${what}`] : [])];
  return [...canonical, ...(audiences ? copies(what) : [])].map((text) => ({
    type,
    service,
    canonical: canonical.includes(text),
    segments: text.split('.'),
  }));
};

/** Everything that is ever published, as far as this version knows. */
export const eventPaths: readonly EventPath[] = eventDefinitions.flatMap(pathsOf);
