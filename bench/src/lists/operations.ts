import type { FilledTenant } from './tenants.ts';

/** Does it once; what must be there for it was made before, and is not timed. */
type Once = () => Promise<unknown>;

/** Something that is timed in each tenant, one call after another. */
export interface Operation {
  what: string;
  /** To stay below 10 ms in mailboxes of 9,000 and 100,000. */
  isQuick?: boolean;
  /** Makes ready as many calls as are asked for. */
  prepare(tenant: FilledTenant, times: number): Promise<Once[]>;
}

const reading = (what: string, pathOf: (tenant: FilledTenant) => string | Promise<string>): Operation => ({
  what,
  prepare: async (tenant, times) => {
    const path = await pathOf(tenant);
    return Array.from({ length: times }, () => () => tenant.get(path));
  },
});

const deletion = (what: string, query: string): Operation => ({
  what,
  isQuick: true,
  prepare: async (tenant, times) => {
    const ids: string[] = [];
    while (ids.length < times) ids.push(await tenant.depositOldest());
    return ids.map((id) => () => tenant.remove(`/v1/messages/${id}${query}`));
  },
});

const list = ({ mailboxId }: FilledTenant): string => `/v1/mailboxes/${mailboxId}/messages`;

interface Page {
  items: { id: string }[];
  next: string | null;
}

const pageItems = 200;

/** The page behind the middle of the mailbox, as whoever goes on and on comes to it. */
const deepPage = async (tenant: FilledTenant): Promise<string> => {
  let page = await tenant.get<Page>(`${list(tenant)}?limit=${Math.min(pageItems, tenant.inMailbox / 2)}`);
  for (let seen = page.items.length; seen < tenant.inMailbox / 2; seen += page.items.length) {
    page = await tenant.get<Page>(`${list(tenant)}?limit=${pageItems}&cursor=${page.next}`);
  }
  if (page.next === null) throw new Error('there is nothing behind the middle of the mailbox');
  return `${list(tenant)}?cursor=${page.next}`;
};

const oneMessage = async (tenant: FilledTenant): Promise<string> => {
  const [item] = (await tenant.get<Page>(list(tenant))).items;
  if (item === undefined) throw new Error('the mailbox has no message');
  return `/v1/messages/${item.id}`;
};

/** Counts that are not those of the mailbox would be quick, too. */
const counts = async (tenant: FilledTenant): Promise<string> => {
  const path = `/v1/mailboxes/${tenant.mailboxId}/counts`;
  const told = await tenant.get<Record<'new' | 'heard' | 'saved' | 'trash', number>>(path);
  if (told.new + told.heard + told.saved + told.trash < tenant.inMailbox) {
    throw new Error(`the counts of ${tenant.inMailbox} messages say ${JSON.stringify(told)}`);
  }
  return path;
};

export const operations: readonly Operation[] = [
  { ...reading('first page of a mailbox', list), isQuick: true },
  { ...reading('page behind its middle, by cursor', deepPage), isQuick: true },
  reading('its unheard ones', (tenant) => `${list(tenant)}?heard=false`),
  reading('its trash', (tenant) => `${list(tenant)}?folder=trash`),
  reading('its urgent ones', (tenant) => `${list(tenant)}?urgent=true`),
  reading('its open ones', (tenant) => `${list(tenant)}?state=open`),
  { ...reading('counts of a mailbox', counts), isQuick: true },
  reading('one message', oneMessage),
  reading('first page of the tenant', () => '/v1/messages'),
  reading('unheard ones of the tenant', () => '/v1/messages?heard=false'),
  reading('trash of the tenant', () => '/v1/messages?folder=trash'),
  deletion('delete of the oldest of the mailbox', ''),
  deletion('purge of the oldest, with its recording', '?purge=true'),
];
