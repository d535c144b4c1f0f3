import type { ChangeContext, RowChange } from '../types.ts';
import type { ReplayedChange } from './replay.ts';

/** What becomes of each table's rows: of each key the last change of its stream, which is the only one to write it. */
export class FinalRows {
  readonly #keys: ReadonlyMap<string, readonly string[]>;
  /** Of the stream at hand, by table and key. */
  readonly #open = new Map<string, RowChange>();
  #done = new Map<string, RowChange[]>();

  /** @param keys columns of the primary key of each table; rows of other tables are left out */
  constructor(keys: ReadonlyMap<string, readonly string[]>) {
    this.#keys = keys;
  }

  add({ aggregate, before, after, events }: ReplayedChange): void {
    const last = events.at(-1);
    if (last === undefined || aggregate.effects === undefined) return;
    const { tenantId, streamId, version, meta, at } = last;
    const id = streamId.slice(aggregate.type.length + 1);
    const context: ChangeContext = { tenantId, id, streamId, version, meta, at };
    for (const change of aggregate.effects(before, after, events, context).rows ?? []) {
      const key = this.#keys.get(change.table);
      if (key === undefined) continue;
      const own = ofTenant(change, tenantId);
      const row = own.op === 'upsert' ? own.row : own.key;
      this.#open.set(`${change.table}/${key.map((column) => row[column]).join('/')}`, own);
    }
  }

  /** The stream at hand is complete. */
  endStream(): void {
    for (const change of this.#open.values()) {
      const changes = this.#done.get(change.table);
      if (changes === undefined) this.#done.set(change.table, [change]);
      else changes.push(change);
    }
    this.#open.clear();
  }

  /** The changes of streams that are complete, by table; each is given once. */
  take(): Map<string, RowChange[]> {
    const taken = this.#done;
    this.#done = new Map();
    return taken;
  }
}

const ofTenant = (change: RowChange, tenant_id: string): RowChange =>
  change.op === 'upsert'
    ? { ...change, row: { ...change.row, tenant_id } }
    : { ...change, key: { ...change.key, tenant_id } };
