import { type AclIdentity, eventAccess } from '@aftertone/contracts';
import type { Session } from '../access/session.ts';
import { type PatternShape, shapesOf } from './access/pattern-shape.ts';
import { PatternTrie } from './access/pattern-trie.ts';

/** What of a session says which events it may see. */
export type Viewer = Pick<Session, 'tenantId' | 'userId' | 'tokenId' | 'acl' | 'allows'>;

/** Everybody with the same rights to events. */
interface Holder<Listener> {
  readonly shapes: readonly PatternShape[];
  /** Null: nothing that the patterns cover is denied. */
  readonly allows: Viewer['allows'] | null;
  readonly listeners: Set<Listener>;
  /** The last round of `match` that admitted it. */
  round: number;
}

interface Tenant<Listener> {
  readonly holders: Map<string, Holder<Listener>>;
  readonly trie: PatternTrie<Holder<Listener>>;
}

const [eventArea = ''] = eventAccess('').split('.');

/** Patterns of the API's routes are left out: they are most of every ACL. */
const concernsEvents = (pattern: string): boolean => {
  const [area = ''] = pattern.replace(/^!/, '').split('.', 1);
  return area === eventArea || /[*#]|^(me|my_session)$/.test(area);
};

const isDenial = (pattern: string): boolean => pattern.startsWith('!');

const holderOf = <Listener>(patterns: readonly string[], who: AclIdentity, { allows }: Viewer): Holder<Listener> => ({
  shapes: patterns.filter((pattern) => !isDenial(pattern)).flatMap((pattern) => shapesOf(pattern, who)),
  allows: patterns.some(isDenial) ? allows : null,
  listeners: new Set(),
  round: 0,
});

/** Who may see an event, found by its access paths instead of asking everybody's ACL: exactly as `allows` would say. */
export class AccessIndex<Listener> {
  private readonly tenants = new Map<string, Tenant<Listener>>();
  private round = 0;

  /** Returns what takes the listener out again. */
  add(viewer: Viewer, listener: Listener): () => void {
    const { tenantId } = viewer;
    const who = { authId: viewer.userId, sessionId: viewer.tokenId };
    const patterns = [...new Set(viewer.acl.filter(concernsEvents))].sort();
    const isPersonal = patterns.some((pattern) => /(^!?|\.)(me|my_session)(\.|$)/.test(pattern));
    const key = JSON.stringify(isPersonal ? [patterns, who] : [patterns]);
    const tenant = this.tenants.get(tenantId) ?? { holders: new Map(), trie: new PatternTrie() };
    this.tenants.set(tenantId, tenant);
    let holder = tenant.holders.get(key);
    if (holder === undefined) {
      holder = holderOf(patterns, who, viewer);
      tenant.holders.set(key, holder);
      for (const shape of holder.shapes) tenant.trie.add(shape, holder);
    }
    holder.listeners.add(listener);
    return () => this.remove(tenantId, key, listener);
  }

  /** The listeners of this tenant that may see an event on any of these paths, each once. */
  match(tenantId: string, paths: readonly string[]): Listener[] {
    const found: Listener[] = [];
    const trie = this.tenants.get(tenantId)?.trie;
    if (trie === undefined) return found;
    this.round += 1;
    for (const path of paths) {
      const access = eventAccess(path);
      trie.match(access, (holder) => {
        if (holder.round === this.round || holder.allows?.(access) === false) return;
        holder.round = this.round;
        for (const listener of holder.listeners) found.push(listener);
      });
    }
    return found;
  }

  /** How many different rights there are to look through. */
  get size(): number {
    return [...this.tenants.values()].reduce((sum, { holders }) => sum + holders.size, 0);
  }

  private remove(tenantId: string, key: string, listener: Listener): void {
    const tenant = this.tenants.get(tenantId);
    const holder = tenant?.holders.get(key);
    if (tenant === undefined || holder === undefined || !holder.listeners.delete(listener)) return;
    if (holder.listeners.size > 0) return;
    tenant.holders.delete(key);
    for (const shape of holder.shapes) tenant.trie.remove(shape, holder);
    if (tenant.holders.size === 0) this.tenants.delete(tenantId);
  }
}
