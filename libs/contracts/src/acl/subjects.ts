import type { ServiceName } from '../rpc/rpc.ts';
import { type Coverage, coverageOf } from './coverage.ts';
import { type EventPath, eventPaths } from './event-paths.ts';
import { pathTree, serviceRoots } from './path-tree.ts';
import type { AclIdentity } from './pattern.ts';
import { type Admits, admittedPaths } from './walk.ts';

/** NATS permissions: subjects with wildcards. A denial goes before what is allowed. */
export interface SubjectPermissions {
  allow: string[];
  deny: string[];
}

/** What consumers filter by, who know no denials. */
export interface SubjectFilters {
  /** Per service, none of them overlapping another; services without any are absent. */
  subjects: Partial<Record<ServiceName, string[]>>;
  /** Patterns of which no subjects say exactly what they allow; the subjects allow less. */
  inexact: string[];
}

interface Rules {
  grants: readonly Coverage[];
  denials: readonly Coverage[];
  ids: readonly string[];
  /** Grants that name this id. */
  naming: ReadonlyMap<string, readonly Coverage[]>;
}

const rulesOf = (patterns: readonly string[], who: AclIdentity): Rules => {
  const compile = (list: readonly string[]): Coverage[] => [...new Set(list)].map((one) => coverageOf(one, who));
  const grants = compile(patterns.filter((pattern) => !pattern.startsWith('!')));
  const denials = compile(patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1)));
  const naming = new Map<string, Coverage[]>();
  for (const grant of grants) for (const id of grant.ids) naming.set(id, [...(naming.get(id) ?? []), grant]);
  return { grants, denials, ids: [...naming.keys()], naming };
};

const accessOf = (segments: readonly string[]): string => `events.${segments.join('.')}`;

const granting = ({ grants, naming }: Rules, id: string | null): readonly Coverage[] =>
  id === null ? grants : (naming.get(id) ?? []);

const subjectsIn = (tenantId: string, paths: readonly (readonly string[])[]): string[] =>
  paths.map((segments) => `evt.${tenantId}.${segments.join('.').replace(/#$/, '>')}`);

/** Denials as subjects: what they match of these paths by naming ids. */
const deniedPaths = ({ denials }: Rules, tree: ReturnType<typeof pathTree>): string[][] =>
  denials.flatMap((denial) =>
    admittedPaths(tree, {
      ids: denial.ids,
      deep: true,
      admits: (path, id) => id !== null && denial.covers(accessOf(path)),
    }),
  );

/**
 * What these ACL patterns allow to subscribe to in a tenant, as NATS permissions. They never allow what the patterns
 * do not: where subjects cannot say it exactly, less is allowed and more is denied.
 */
export const aclSubjects = (patterns: readonly string[], who: AclIdentity, tenantId: string): SubjectPermissions => {
  const rules = rulesOf(patterns, who);
  const tree = pathTree(eventPaths, []);
  const admits: Admits = (path, id) => {
    const access = accessOf(path);
    if (!granting(rules, id).some((grant) => grant.covers(access))) return false;
    const isWhole = path.at(-1) === '#' || id !== null;
    return !rules.denials.some((denial) => (isWhole ? denial.touches(access) : denial.touchesLoosely(access)));
  };
  const allow = subjectsIn(tenantId, admittedPaths(tree, { ids: rules.ids, deep: true, admits }));
  return { allow, deny: [...new Set(subjectsIn(tenantId, deniedPaths(rules, tree)))] };
};

const isExact = (grant: Coverage, { denials }: Rules, access: string): boolean => {
  if (!grant.covers(access)) return !grant.touchesLoosely(access);
  return denials.every((denial) => denial.covers(access) || !denial.touches(access));
};

const isWanted = (types: readonly string[] | null): ((path: EventPath) => boolean) => {
  const wanted = types === null ? null : new Set(types);
  return ({ type }) => wanted === null || wanted.has(type);
};

/**
 * What these patterns allow in a tenant as filters of consumers, one list per service; `types` narrows them. Whatever a
 * denial touches is left out. Copies of types that come whole from their canonical subjects are asked for only where one
 * filter brings them together with others; an event also comes twice, with one id, to who is granted single mailboxes by
 * name and their copies as well.
 */
export const aclFilters = (
  patterns: readonly string[],
  who: AclIdentity,
  tenantId: string,
  types: readonly string[] | null,
): SubjectFilters => {
  const rules = rulesOf(patterns, who);
  const admits: Admits = (path, id) => {
    const access = accessOf(path);
    return (
      granting(rules, id).some((grant) => grant.covers(access)) && !rules.denials.some((one) => one.touches(access))
    );
  };
  const paths = eventPaths.filter(isWanted(types));
  const isWhole = (type: string): boolean =>
    paths.every((path) => !path.canonical || path.type !== type || admits(path.segments, null));
  const whole = new Set([...new Set(paths.map(({ type }) => type))].filter(isWhole));
  const needed = paths.filter(({ canonical, type }) => canonical || !whole.has(type));
  const subjects: SubjectFilters['subjects'] = {};
  for (const [service, roots] of serviceRoots) {
    const tree = pathTree(
      needed.filter((path) => path.service === service),
      roots,
    );
    const found = subjectsIn(tenantId, admittedPaths(tree, { ids: rules.ids, deep: types === null, admits }));
    if (found.length > 0) subjects[service] = found;
  }
  const inexact = rules.grants.filter(
    (grant) => !needed.every(({ segments }) => isExact(grant, rules, accessOf(segments))),
  );
  return { subjects, inexact: inexact.map(({ pattern }) => pattern) };
};
