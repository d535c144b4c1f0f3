import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Mailbox, type MessageItem, type Tenant, type User } from '@aftertone/contracts';
import { subscribe } from '@aftertone/contracts/subscribe';
import { eventually, freeze, thaw } from '@aftertone/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, problemOf } from './client.ts';
import { everything } from './everything.ts';
import { Platform } from './platform.ts';
import { EventSocket } from './socket.ts';
import { EventStream } from './sse.ts';
import { wav } from './wav.ts';

const password = 'correct horse battery';

/** A tenant with a mailbox that tells its owner by e-mail, and one of a group with a member. */
interface Place {
  cell: string;
  tenant: Tenant;
  chief: Client;
  owner: { user: User; client: Client };
  box: Mailbox;
  group: Mailbox;
}

let platform: Platform;
let north: Place;
let south: Place;

const logIn = async (tenant: string, username: string): Promise<Client> => {
  const { admin, url } = platform;
  const { token } = await admin.json<{ token: string }>('POST', '/v1/tokens', { tenant, username, password });
  return new Client(url, token);
};

const settle = async (name: string, cell: string): Promise<Place> => {
  const body = { name, cell, admin: { username: 'chief', password } };
  const tenant = await platform.admin.json<Tenant>('POST', '/v1/tenants', body);
  const chief = await logIn(name, 'chief');
  const notify = { email: { enabled: true, attachAudio: true, link: true } };
  const person = { username: 'owner', password, email: `owner@${name}.example`, notify };
  const user = await chief.json<User>('POST', '/v1/users', person);
  const owner = { user, client: await logIn(name, 'owner') };
  const personal = { number: '1000', name, accessType: 'personal', ownerUserIds: [user.id] };
  const box = await chief.json<Mailbox>('POST', '/v1/mailboxes', { ...personal, notify: { email: { owners: true } } });
  const group = await chief.json<Mailbox>('POST', '/v1/mailboxes', { number: '2000', name, accessType: 'group' });
  await chief.json('PUT', `/v1/mailboxes/${group.id}/members/${user.id}`, { role: 'reader' });
  // Until who is told has reached whoever tells.
  await eventually(async () => {
    const path = `/v1/mailboxes/${box.id}/notifications/preview`;
    const { planned } = await chief.json<{ planned: unknown[] }>('POST', path, {});
    expect(planned).toContainEqual(expect.objectContaining({ channel: 'email', recipient: person.email }));
  });
  return { cell, tenant, chief, owner, box, group };
};

beforeAll(async () => {
  platform = await Platform.start(['--cells', 'c1,c2']);
  north = await settle('north', 'c1');
  south = await settle('south', 'c2');
}, 240_000);
afterAll(() => platform?.remove(), 60_000);

const places = [
  ['the first', () => north],
  ['another', () => south],
] as const;

const idsOf = async ({ owner }: Place, box: Mailbox): Promise<string[]> => {
  const page = await owner.client.json<{ items: MessageItem[] }>('GET', `/v1/mailboxes/${box.id}/messages`);
  return page.items.map(({ id }) => id);
};

describe.each(places)('a message in %s cell', (_, place) => {
  it('is listed, plays, is announced live and durably, and is mailed with a link that plays it', async () => {
    const { chief, owner, box } = place();
    const { client } = owner;
    const stream = await EventStream.open(platform.url, client.token, { types: 'message_created' });
    const socket = await EventSocket.open(platform.url, client.token, 'now');
    const durable = subscribe({
      gateway: platform.url,
      token: client.token,
      types: ['message_created'],
      durable: 'own',
    });
    await durable.ready;
    const audio = wav(1, 523);
    const message = await chief.leave(box.id, { metadata: { callerNumber: '+33155501234' }, audio });
    expect(await idsOf(place(), box)).toEqual([message.id]);
    expect(Buffer.compare(await client.audio(message.id), audio)).toBe(0);
    await eventually(() => expect(stream.events.map(({ event }) => event.data.messageId)).toEqual([message.id]));
    await eventually(() => expect(socket.events.map(({ event }) => event.data.messageId)).toContain(message.id));
    const { value } = await durable.next();
    expect(value?.data).toMatchObject({ messageId: message.id });
    await value?.ack();
    const mail = await eventually(async () => {
      const sent = (await platform.mails()).filter(({ to }) => [to].flat().includes(owner.user.email ?? ''));
      expect(sent).toHaveLength(1);
      return sent[0];
    });
    expect(mail?.attachments[0]?.size).toBe(audio.length);
    const [link = ''] = mail?.text.match(/http:\/\/\S+\/v1\/links\/[\w-]+/) ?? [];
    const heard = await fetch(link);
    expect(heard.status).toBe(200);
    expect(Buffer.compare(new Uint8Array(await heard.arrayBuffer()), audio)).toBe(0);
    await durable.return();
    stream.close();
    socket.close();
  });

  it('is announced to the members of a group, from when they are such', async () => {
    const { chief, owner, group } = place();
    const stream = await EventStream.open(platform.url, owner.client.token, { types: 'message_created' });
    const message = await chief.leave(group.id, { metadata: { callerName: 'Zoë' } });
    await eventually(() => expect(stream.events.map(({ event }) => event.data.messageId)).toEqual([message.id]));
    expect(await idsOf(place(), group)).toEqual([message.id]);
    stream.close();
  });

  it('is in reach of who administers the platform, and of nobody in another tenant', async () => {
    const { tenant, box } = place();
    const acting = { 'x-tenant': tenant.id };
    const path = `/v1/mailboxes/${box.id}/messages`;
    expect((await platform.admin.send('GET', path, undefined, acting)).status).toBe(200);
    const [other] = [north, south].filter((one) => one !== place());
    expect((await other?.chief.send('GET', path))?.status).toBe(404);
    expect((await other?.chief.send('GET', path, undefined, acting))?.status).toBe(404);
  });
});

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

describe('two cells', () => {
  /** Subjects of a tenant on the bus of a cell. */
  const subjectsOf = async ({ tenant }: Place, cell: string | undefined): Promise<string[]> => {
    const url = new URL(platform.natsUrl(cell));
    const connection = await connect({ servers: url.host, user: url.username, pass: url.password });
    try {
      const manager = await jetstreamManager(connection);
      const found: string[] = [];
      for (const service of ['mailbox', 'media', 'notify', 'gateway']) {
        const stream = `EVT_${cell ?? 'c1'}_${service}`;
        const { state } = await manager.streams.info(stream, { subjects_filter: `evt.${tenant.id}.>` });
        found.push(...Object.keys(state.subjects ?? {}));
      }
      return found;
    } finally {
      await connection.close();
    }
  };

  it('hold nothing of each other: no row, no event', async () => {
    const held = async (cell: string | undefined): Promise<string> => {
      const texts = (['mailbox', 'media', 'notify'] as const).map((service) =>
        everything(platform.databaseUrl(service, cell)),
      );
      return (await Promise.all(texts)).join('\n');
    };
    for (const [cell, inside, outside] of [
      [undefined, north, south],
      ['c2', south, north],
    ] as const) {
      const text = await held(cell);
      for (const { id } of [inside.tenant, inside.box, inside.owner.user]) expect(text).toContain(id);
      for (const { id } of [outside.tenant, outside.box, outside.owner.user]) expect(text).not.toContain(id);
      expect(await subjectsOf(inside, cell)).not.toEqual([]);
      expect(await subjectsOf(outside, cell)).toEqual([]);
    }
  });

  it('keep recordings in folders of their own', async () => {
    const folders = { c1: join(platform.dataDir, 'media'), c2: join(platform.dataDir, 'cells', 'c2', 'media') };
    for (const [place, own, other] of [
      [north, folders.c1, folders.c2],
      [south, folders.c2, folders.c1],
    ] as const) {
      const before = [filesIn(own), filesIn(other)] as const;
      await place.chief.leave(place.box.id, { audio: wav(2, 1_009) });
      expect(filesIn(own).length).toBeGreaterThan(before[0].length);
      expect(filesIn(other)).toEqual(before[1]);
    }
  });

  const programs = ['mailbox-svc', 'media-svc', 'nats-server', 'notify-svc'];
  const hangs = [
    ...programs.map((program) => [program, 'the first', () => north, () => south] as const),
    ...programs.map((program) => [`${program}-c2`, 'another', () => south, () => north] as const),
  ];
  it.each(hangs)(
    'do not wait for each other: while %s of %s cell hangs the other serves everybody of its own',
    async (program, _, hanging, serving) => {
      const [away, here] = [hanging(), serving()];
      const { chief, owner, box } = here;
      const stream = await EventStream.open(platform.url, owner.client.token, { types: 'message_created' });
      const stopped = platform.pids([program]);
      expect(stopped).toHaveLength(1);
      await freeze(stopped);
      try {
        const isTaken = program.startsWith('notify-svc');
        const [there, message] = await Promise.all([
          away.chief.deposit(away.box.id, { audio: wav(1) }),
          chief.leave(box.id, { audio: wav(1) }),
        ]);
        expect(there.status).toBe(isTaken ? 201 : 503);
        if (!isTaken) expect((await problemOf(there)).detail).not.toBe('');
        expect((await owner.client.audio(message.id)).length).toBeGreaterThan(0);
        // Live as well, on a stream of before and on a new one.
        await eventually(() => expect(stream.events.map(({ event }) => event.data.messageId)).toContain(message.id));
        const later = await EventStream.open(platform.url, owner.client.token, { types: 'message_created' });
        const second = await chief.leave(box.id, { audio: wav(1) });
        await eventually(() => expect(later.events.map(({ event }) => event.data.messageId)).toContain(second.id));
        later.close();
        expect((await fetch(`${platform.url}/readyz`)).status).toBe(200);
      } finally {
        thaw(stopped);
        stream.close();
      }
      const after = await eventually(() => away.chief.leave(away.box.id, { audio: wav(1) }), { timeoutMs: 60_000 });
      expect(await idsOf(away, away.box)).toContain(after.id);
    },
    120_000,
  );

  it('give each service the sessions for durable consumers that an operator reckons with', async () => {
    const consumersOf = async (service: 'mailbox' | 'media' | 'notify' | 'gateway', cell?: string) => {
      const client = new pg.Client({ connectionString: platform.databaseUrl(service, cell) });
      await client.connect();
      try {
        const { rows } = await client.query<{ name: string }>(
          `SELECT application_name AS name FROM pg_stat_activity
           WHERE datname = current_database() AND application_name ~ '^aftertone-(mailbox|media|notify|gateway)-'
             AND application_name !~ '(reader|reads|elected)$' ORDER BY 1`,
        );
        return rows.map(({ name }) => name.replace('aftertone-', ''));
      } finally {
        await client.end();
      }
    };
    await eventually(async () => {
      for (const cell of [undefined, 'c2']) {
        expect(await consumersOf('mailbox', cell)).toEqual([
          'mailbox-notifications',
          'mailbox-tenant-rules',
          'mailbox-user-departure',
        ]);
        expect(await consumersOf('media', cell)).toEqual(['media-greetings', 'media-mailboxes']);
        expect(await consumersOf('notify', cell)).toEqual(['notify-mailboxes', 'notify-people']);
      }
      expect(await consumersOf('gateway')).toEqual(['gateway-groups', 'gateway-groups-c2']);
    });
  });

  it('are served again after the gateway was killed', async () => {
    platform.signal(['gateway'], 'SIGKILL');
    await eventually(async () => expect(await platform.isReady()).toBe(true), { timeoutMs: 60_000 });
    for (const { chief, box, owner } of [north, south]) {
      const message = await eventually(() => chief.leave(box.id, { audio: wav(1) }), { timeoutMs: 60_000 });
      expect((await owner.client.audio(message.id)).length).toBeGreaterThan(0);
    }
  }, 120_000);
});
