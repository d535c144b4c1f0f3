import type { EventStore, RowChange } from '@aftertone/event-store';

const currentOf = (id: string): string => `webhook:${id}`;
const previousOf = (id: string): string => `webhook-previous:${id}`;
const headerOf = (id: string, name: string): string => `webhook-header:${id}:${name.toLowerCase()}`;

export interface Opened {
  /** The one that signs, and the one before while it still does. */
  signing: [string, ...string[]];
  /** By name. */
  headers: Record<string, string>;
}

export interface WebhookOwner {
  tenantId: string;
  id: string;
}

/** What a webhook signs with and the values of its headers, sealed; each on its own, so that changes never meet. */
export class WebhookSecrets {
  private readonly store: EventStore;

  constructor(store: EventStore) {
    this.store = store;
  }

  /** The rows of a new secret; `previous` goes on signing beside it. */
  signingRows({ tenantId, id }: WebhookOwner, secret: string, previous: string | null): RowChange[] {
    const { secrets } = this.store;
    const before = previousOf(id);
    return [
      secrets.row(tenantId, currentOf(id), secret),
      previous === null ? secrets.withoutRow(tenantId, before) : secrets.row(tenantId, before, previous),
    ];
  }

  headerRows(
    { tenantId, id }: WebhookOwner,
    set: Readonly<Record<string, string>>,
    removed: readonly string[],
  ): RowChange[] {
    const { secrets } = this.store;
    return [
      ...removed.map((name) => secrets.withoutRow(tenantId, headerOf(id, name))),
      ...Object.entries(set).map(([name, value]) => secrets.row(tenantId, headerOf(id, name), value)),
    ];
  }

  /** Of a webhook that is no more. */
  withoutRows({ tenantId, id }: WebhookOwner, headerNames: readonly string[]): RowChange[] {
    const owners = [currentOf(id), previousOf(id), ...headerNames.map((name) => headerOf(id, name))];
    return owners.map((owner) => this.store.secrets.withoutRow(tenantId, owner));
  }

  /** Null: it has none, as it is gone. */
  async open({ tenantId, id }: WebhookOwner, headerNames: readonly string[], both: boolean): Promise<Opened | null> {
    const owners = [currentOf(id), ...(both ? [previousOf(id)] : []), ...headerNames.map((name) => headerOf(id, name))];
    const opened = await this.store.secrets.open(tenantId, owners);
    const current = opened.get(currentOf(id));
    if (current === undefined) return null;
    const previous = opened.get(previousOf(id));
    const headers = headerNames.flatMap((name): [string, string][] => {
      const value = opened.get(headerOf(id, name));
      return value === undefined ? [] : [[name, value]];
    });
    return { signing: previous === undefined ? [current] : [current, previous], headers: Object.fromEntries(headers) };
  }
}
