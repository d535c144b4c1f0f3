import { newId } from '@aftertone/kernel';
import { writeManyMessages } from '@aftertone/mailbox-svc/many-messages';
import pg from 'pg';
import type { Installation } from '../installation/installation.ts';

/** A tenant with so many messages, and what reads them. */
export interface FilledTenant {
  name: string;
  messages: number;
  mailboxId: string;
  /** Asks the API in this tenant; the body of the answer. */
  get<Body>(path: string): Promise<Body>;
  /** Leaves a message in the mailbox that is older than all of its others; gives its id. */
  depositOldest(): Promise<string>;
  remove(messageId: string): Promise<void>;
}

const send = async <Body>(
  { url, token }: Installation,
  path: string,
  tenant?: string,
  body?: object,
): Promise<Body> => {
  const response = await fetch(url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      ...(tenant === undefined ? {} : { 'x-tenant': tenant }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${path} was answered ${response.status} ${await response.text()}`);
  return (await response.json()) as Body;
};

/** Before all that is written, which goes back by a second for each message. */
const longAgo = '2001-01-01T00:00:00Z';

const depositOldest = async ({ url, token }: Installation, tenant: string, mailboxId: string): Promise<string> => {
  const form = new FormData();
  form.set('metadata', JSON.stringify({ callerNumber: '+33155501234', receivedAt: longAgo }));
  const headers = { authorization: `Bearer ${token}`, 'x-tenant': tenant };
  const response = await fetch(`${url}/v1/mailboxes/${mailboxId}/messages`, { method: 'POST', headers, body: form });
  if (!response.ok) throw new Error(`a deposit was answered ${response.status} ${await response.text()}`);
  const { id } = (await response.json()) as { id: string };
  return id;
};

const remove = async ({ url, token }: Installation, tenant: string, messageId: string): Promise<void> => {
  const headers = { authorization: `Bearer ${token}`, 'x-tenant': tenant };
  const response = await fetch(`${url}/v1/messages/${messageId}`, { method: 'DELETE', headers });
  if (!response.ok) throw new Error(`a deletion was answered ${response.status} ${await response.text()}`);
  await response.arrayBuffer();
};

/** Makes a tenant whose first mailbox holds `inMailbox` of its messages; 100 others share the rest. */
export const fillTenant = async (
  installation: Installation,
  counts: { messages: number; inMailbox: number },
): Promise<FilledTenant> => {
  const name = `bench-${newId()}`;
  const admin = { username: 'bench', password: newId() };
  const { id: tenantId } = await send<{ id: string }>(installation, '/v1/tenants', undefined, { name, admin });
  const settings = { number: '1', name: 'Much' };
  const { id: mailboxId } = await send<{ id: string }>(installation, '/v1/mailboxes', name, settings);
  const pool = new pg.Pool({ connectionString: installation.servers.database('mailbox'), max: 1 });
  try {
    await writeManyMessages(pool, { tenantId, mailboxId, ...counts });
  } finally {
    await pool.end();
  }
  return {
    name,
    messages: counts.messages,
    mailboxId,
    get: (path) => send(installation, path, name),
    depositOldest: () => depositOldest(installation, name, mailboxId),
    remove: (messageId) => remove(installation, name, messageId),
  };
};
