import {
  type CloudEvent,
  cloudEventsContentType,
  eventHeaders,
  eventSubject,
  mailboxPath,
  type ServiceName,
} from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { eventually, freshDatabase, type OwnNats, startNats, type TestDatabase, uniqueCell } from '@aftertone/testing';
import pg from 'pg';
import { afterEach, expect } from 'vitest';
import type { Bus } from './bus/bus.ts';
import { connectBus } from './bus/connect-bus.ts';
import { messagingMigrations } from './dead-letters/migration.ts';
import { type JetStreamTargetOptions, jetStreamTarget, type TargetMessage } from './streams/jetstream-target.ts';

const endings: Array<() => unknown> = [];

/** Runs `end` after the test, the last first. */
export const atEnd = (end: () => unknown): void => {
  endings.push(end);
};

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

export const openBus = async (url: string): Promise<Bus> => {
  const bus = connectBus({ url, name: 'test' });
  atEnd(() => bus.close());
  await bus.whenUp();
  return bus;
};

export interface Surroundings {
  nats: OwnNats;
  cell: string;
  bus: Bus;
}

/** A NATS server of its own, since streams of different cells overlap. */
export const ownBus = async (): Promise<Surroundings> => {
  const nats = await startNats();
  atEnd(() => nats.remove());
  return { nats, cell: uniqueCell(), bus: await openBus(nats.url) };
};

/** A database with the tables of this library. */
export const ownDatabase = async (): Promise<TestDatabase & { pool: pg.Pool }> => {
  const database = await freshDatabase();
  atEnd(() => database.drop());
  const pool = new pg.Pool({ connectionString: database.url, max: 4 });
  pool.on('error', () => {});
  atEnd(() => pool.end());
  for (const Migration of messagingMigrations) await new Migration().up({ query: (text) => pool.query(text) });
  return { ...database, pool };
};

export const tenant = '0198a000-0000-7000-8000-000000000001';

export interface SampleFields {
  id?: string;
  mailbox?: string;
  position: number;
  part?: number;
  time?: string;
  audience?: readonly string[];
  data?: Record<string, unknown>;
  /** Published on this path instead of the canonical one. */
  path?: string;
}

/** One contract event as the relay publishes it. */
export const sample = (fields: SampleFields): TargetMessage => {
  const { position, part = 0, mailbox = newId(), id = newId(), audience = [] } = fields;
  const canonical = mailboxPath(mailbox, 'messages', 'created');
  const event: CloudEvent = {
    specversion: '1.0',
    id,
    source: '/aftertone/test/mailbox',
    type: 'message_created',
    subject: canonical,
    time: fields.time ?? new Date().toISOString(),
    datacontenttype: 'application/json',
    tenantid: tenant,
    streamversion: 1,
    correlationid: `correlation-${position}`,
    data: { position, ...fields.data },
  };
  const path = fields.path ?? canonical;
  return {
    subject: eventSubject(tenant, path),
    id: path === canonical ? id : `${id}:${path}`,
    position,
    part,
    headers: {
      [eventHeaders.contentType]: cloudEventsContentType,
      ...(audience.length === 0 ? {} : { [eventHeaders.audience]: audience.join(',') }),
    },
    body: JSON.stringify(event),
  };
};

/** Publishes like a relay: goes on after what the stream holds. */
export const publish = async (
  { bus, cell }: Pick<Surroundings, 'bus' | 'cell'>,
  messages: readonly TargetMessage[],
  options: Partial<JetStreamTargetOptions> & { service?: ServiceName } = {},
): Promise<void> => {
  const target = jetStreamTarget({ service: 'mailbox', ...options, bus, cell });
  const { lastSequence } = await target.inspect();
  await target.publish(messages, lastSequence);
};

/** Waits until `actual` gives what is expected. */
export const become = (actual: () => unknown, expected: unknown, timeoutMs = 10_000): Promise<void> =>
  eventually(async () => expect(await actual()).toEqual(expected), { timeoutMs });
