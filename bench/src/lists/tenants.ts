import { newId } from '@aftertone/kernel';
import { writeManyMessages } from '@aftertone/mailbox-svc/many-messages';
import pg from 'pg';
import type { Installation } from '../installation/installation.ts';
import { recording } from '../load/requests.ts';

export interface Size {
  /** Of the whole tenant. */
  messages: number;
  inMailbox: number;
}

/** A tenant with so many messages, and what reads them. */
export interface FilledTenant extends Size {
  mailboxId: string;
  /** Asks the API in this tenant; the body of the answer. */
  get<Body>(path: string): Promise<Body>;
  /** Leaves a recording of a second in the mailbox that is older than all of its others; gives its id. */
  depositOldest(): Promise<string>;
  remove(path: string): Promise<void>;
}

/** Before all that is written, which goes back by a second for each message. */
const longAgo = '2001-01-01T00:00:00Z';
const unlimited = { maxMessages: null, maxTotalSeconds: null, maxMessageSeconds: null };

const caller =
  ({ url, token }: Installation, tenant?: string) =>
  async (path: string, request: RequestInit = {}): Promise<Response> => {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(tenant === undefined ? {} : { 'x-tenant': tenant }),
      ...(typeof request.body === 'string' ? { 'content-type': 'application/json' } : {}),
    };
    const response = await fetch(url + path, { ...request, headers });
    if (!response.ok) throw new Error(`${path} was answered ${response.status} ${await response.text()}`);
    return response;
  };

const made = async (response: Promise<Response>): Promise<string> => {
  const { id } = (await (await response).json()) as { id: string };
  return id;
};

/** Makes a tenant whose first mailbox holds `inMailbox` of its messages; 100 others share the rest. */
export const fillTenant = async (installation: Installation, size: Size): Promise<FilledTenant> => {
  const name = `bench-${newId()}`;
  const post = (body: object): RequestInit => ({ method: 'POST', body: JSON.stringify(body) });
  const admin = { username: 'bench', password: newId() };
  const tenantId = await made(caller(installation)('/v1/tenants', post({ name, admin })));
  const call = caller(installation, name);
  const mailboxId = await made(call('/v1/mailboxes', post({ number: '1', name: 'Much', quota: unlimited })));
  const pool = new pg.Pool({ connectionString: installation.servers.database('mailbox'), max: 1 });
  try {
    await writeManyMessages(pool, { tenantId, mailboxId, ...size });
  } finally {
    await pool.end();
  }
  const audio = new Blob([recording(1)], { type: 'audio/wav' });
  return {
    ...size,
    mailboxId,
    get: async <Body>(path: string) => (await (await call(path)).json()) as Body,
    depositOldest: () => {
      const body = new FormData();
      body.set('metadata', JSON.stringify({ callerNumber: '+33155501234', receivedAt: longAgo }));
      body.set('audio', audio, 'a.wav');
      return made(call(`/v1/mailboxes/${mailboxId}/messages`, { method: 'POST', body }));
    },
    remove: async (path) => {
      await (await call(path, { method: 'DELETE' })).arrayBuffer();
    },
  };
};
