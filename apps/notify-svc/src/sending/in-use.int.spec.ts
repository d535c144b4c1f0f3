import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { someMailbox } from '../test-support/mailbox-events.ts';
import { type Notify, startNotify } from '../test-support/notify.ts';
import { putAside } from '../webhooks/holding.ts';
import { WorkList } from './work-list.ts';

interface Row {
  tenantId: string;
  id: string;
  endpoint: string;
  dueAt: Date;
  held: boolean;
}

let notify: Notify;
beforeEach(async () => {
  notify = await startNotify();
});
afterEach(() => notify.close());

const queued = async (): Promise<Row[]> => {
  const { rows } = await notify.store.pool.query<Row>(
    `SELECT tenant_id AS "tenantId", id, endpoint, due_at AS "dueAt", held FROM delivery_queue WHERE lane = 'mail' ORDER BY id`,
  );
  return rows;
};

/** Two e-mails wait; while `work` runs, the row of the first one is being changed by an append. */
const whileFirstIsInUse = async (work: (list: WorkList, rows: [Row, Row]) => Promise<void>): Promise<Row[]> => {
  const box = someMailbox({ to: ['anna@example.test'] });
  await notify.tell(box.created(), box.messageCreated(), box.messageCreated());
  const { pool } = notify.store;
  const [first, second] = await queued();
  if (first === undefined || second === undefined) throw new Error('two e-mails were to wait');
  const append = await pool.connect();
  try {
    await append.query('BEGIN');
    await append.query('UPDATE delivery_queue SET event_id = event_id WHERE tenant_id = $1 AND id = $2', [
      first.tenantId,
      first.id,
    ]);
    await work(new WorkList({ pool, lane: 'mail', leaseMs: 1_000, stepWaitMs: 1_000 }), [first, second]);
    await append.query('COMMIT');
    return await queued();
  } finally {
    append.release();
  }
};

describe('what an append changes at the moment', () => {
  const now = new Date('2036-07-14T08:15:00.000Z');
  const later = new Date('2036-07-14T09:15:00.000Z');

  it('is not waited for by who gives back what was taken', async () => {
    const [first, second] = await whileFirstIsInUse((list, rows) =>
      list.putBack(rows.map((row) => ({ ...row, at: later }))),
    );
    expect(first).toMatchObject({ held: false });
    expect(second).toMatchObject({ held: true, dueAt: later });
  });

  it('is not waited for by who holds and releases what is due at an endpoint', async () => {
    const [first, second] = await whileFirstIsInUse(async (list, [{ endpoint }]) => {
      await list.hold(endpoint, now, later);
      expect(await queued()).toMatchObject([{ held: false }, { held: true, dueAt: later }]);
      await list.release(endpoint, now);
    });
    expect(first?.held).toBe(false);
    expect(second).toMatchObject({ held: false, dueAt: now });
  });

  it('is not waited for by who puts aside what is held, nor is a hold that is being ended', async () => {
    const [first, second] = await whileFirstIsInUse(async (_, [{ tenantId, endpoint }]) => {
      const { pool } = notify.store;
      await pool.query('INSERT INTO endpoint_hold (tenant_id, endpoint) VALUES ($1, $2)', [tenantId, endpoint]);
      const ending = await pool.connect();
      try {
        await ending.query('BEGIN');
        await ending.query('DELETE FROM endpoint_hold');
        await putAside(pool, now);
        expect(await queued()).toMatchObject([{ held: false }, { held: false }]);
        await ending.query('ROLLBACK');
      } finally {
        ending.release();
      }
      await putAside(pool, now);
    });
    expect(first?.held).toBe(false);
    expect(second?.held).toBe(true);
  });
});
