import { newId } from '@aftertone/kernel';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BlobKey } from '../../blobs/blob-store.ts';
import { deleteUnused } from '../../housekeeping/delete-unused.ts';
import { oneProcess } from '../../housekeeping/one-process.ts';
import { movingBytes, removeStrays } from '../../housekeeping/remove-strays.ts';
import { findHome } from '../../media/catalogue/home.ts';
import { type MediaGround, openMediaGround, sha256 } from '../../spec-support/media-ground.ts';
import { besides, type TwoStorages } from '../../spec-support/two-storages.ts';
import { wavFile } from '../../spec-support/wav-files.ts';
import { moveSpooled } from '../../spool/move-spooled.ts';
import { Peers } from '../../spool/peers.ts';
import { SpooledTable } from '../../spool/spooled.table.ts';
import { isOurs } from '../claim.ts';
import { Recordings } from '../recordings.ts';
import { Storages } from '../storages.ts';
import { type Migrated, migrate } from './migrate.ts';
import { type Finding, verify } from './verify.ts';

let ground: MediaGround;
let two: TwoStorages;
beforeEach(async () => {
  ground = await openMediaGround();
  two = besides(ground);
});
afterEach(async () => {
  await two.close();
  await ground.close();
});

const keep = async (sound = newId()): Promise<BlobKey> => {
  const bytes = wavFile({ sound: Buffer.from(sound) });
  const { mediaId } = await ground.keep(bytes);
  return { tenantId: ground.tenantId, mediaId, sha256: sha256(bytes) };
};
const homeOf = async (key: BlobKey): Promise<string | undefined> => (await findHome(ground.store.pool, key))?.storage;
const has = async (key: BlobKey): Promise<boolean[]> => Promise.all([two.from.blobs.has(key), two.to.blobs.has(key)]);

const longAgo = new Date(0).toISOString();
const deleteAll = () => {
  const applied = { since: longAgo, through: new Date(Date.now() + 172_800_000).toISOString() };
  return deleteUnused({ ...ground, orphanAfterMs: 1, releaseGraceMs: 1 }, { applied, caughtUp: true });
};
/** Once, right behind the page that names what is in a storage. */
const behindThePage = (work: () => Promise<unknown>): void => {
  const { pool } = ground.store;
  const query = pool.query.bind(pool) as (...args: unknown[]) => Promise<unknown>;
  const spied = vi.spyOn(pool, 'query').mockImplementation((async (...args: unknown[]) => {
    const rows = await query(...args);
    if (String(args[0]).includes('(m.tenant_id, m.id) >')) {
      spied.mockRestore();
      await work();
    }
    return rows;
  }) as never);
};

describe('moving everything into another storage', () => {
  let faults: string[];
  const move = (changes: Partial<Parameters<typeof migrate>[0]> = {}): Promise<Migrated> => {
    faults = [];
    return migrate({
      ...{ store: ground.store, clock: ground.clock, from: two.from, to: two.to },
      onFault: (_key, fault) => faults.push(fault),
      onProgress: () => undefined,
      ...changes,
    });
  };

  it('leaves each whole in one place, playable at any moment, and finds nothing to do the next time', async () => {
    const keys = await Promise.all(Array.from({ length: 5 }, () => keep()));
    const [first] = await ground.rows();
    expect(first?.storage).toBe('local');
    expect(await move()).toEqual({ moved: 5, faulty: 0 });
    for (const key of keys) expect([await has(key), await homeOf(key)]).toEqual([[false, true], 'archive']);
    expect(await move()).toEqual({ moved: 0, faulty: 0 });
    // And back: what says "local" says it by an event.
    expect(await move({ from: two.to, to: two.from })).toEqual({ moved: 5, faulty: 0 });
    for (const key of keys) expect([await has(key), await homeOf(key)]).toEqual([[true, false], 'local']);
  });

  it('goes on where it was cut off, and what was copied twice is there once', async () => {
    const keys = await Promise.all(Array.from({ length: 12 }, () => keep()));
    let puts = 0;
    const put = two.to.blobs.put.bind(two.to.blobs);
    two.to.blobs.put = async (...args) => {
      await put(...args);
      puts += 1;
      if (puts >= 4) throw new Error('killed');
    };
    await expect(move()).rejects.toThrow('killed');
    two.to.blobs.put = put;
    for (const key of keys) expect((await has(key)).includes(true)).toBe(true);
    await move();
    for (const key of keys) expect([await has(key), await homeOf(key)]).toEqual([[false, true], 'archive']);
  });

  it('ends however much is left meanwhile: what came after its beginning is for the next time', async () => {
    const before = await keep();
    ground.now = new Date(Date.now() + 60_000);
    const behind = await keep();
    expect(await move()).toEqual({ moved: 1, faulty: 0 });
    expect(await Promise.all([before, behind].map(homeOf))).toEqual(['archive', 'local']);
  });

  it('moves nothing that is missing or is not what was stored, and says so', async () => {
    const [good, lost, damaged] = [await keep(), await keep(), await keep()];
    two.lose(two.from, lost);
    two.damage(two.from, damaged);
    expect(await move()).toEqual({ moved: 1, faulty: 2 });
    expect(faults.sort()).toEqual(['missing', expect.stringContaining('not what was stored')]);
    expect(await Promise.all([good, lost, damaged].map(homeOf))).toEqual(['archive', 'local', 'local']);
    expect((await has(damaged))[1]).toBe(false);
  });

  it('turns what is still in a spool towards the new storage, also when the old one is gone for good', async () => {
    const { patient } = two.from;
    const put = patient.put.bind(patient);
    patient.put = () => Promise.reject(new Error('away'));
    const key = await keep();
    expect(await move()).toEqual({ moved: 1, faulty: 0 });
    const table = new SpooledTable(ground.store.pool);
    const { signal } = new AbortController();
    const parts = { spool: ground.recordings.spool, table, unreadable: new Set<string>(), log: ground.log };
    expect(await moveSpooled({ ...parts, storage: two.from }, signal)).toBe(0);
    expect(await moveSpooled({ ...parts, storage: two.to }, signal)).toBe(1);
    patient.put = put;
    expect([await has(key), await homeOf(key)]).toEqual([[false, true], 'archive']);
    expect((await findHome(ground.store.pool, key))?.heldBy).toBeNull();
  });

  it('gives a recording that left its spool meanwhile to the storage that is to have it', async () => {
    const { patient } = two.from;
    const put = patient.put.bind(patient);
    patient.put = () => Promise.reject(new Error('away'));
    const key = await keep();
    patient.put = put;
    const table = new SpooledTable(ground.store.pool);
    const parts = { spool: ground.recordings.spool, table, unreadable: new Set<string>(), log: ground.log };
    const { signal } = new AbortController();
    // Its copy is under way to the old storage as the move is recorded.
    const { putInTime } = patient;
    patient.putInTime = async (...args) => {
      await put(...args);
      await move();
    };
    await moveSpooled({ ...parts, storage: two.from }, signal);
    patient.putInTime = putInTime;
    await moveSpooled({ ...parts, storage: two.to }, signal);
    expect([await has(key), await homeOf(key)]).toEqual([[false, true], 'archive']);
    expect(ground.recordings.spool.count).toBe(0);
  });

  it('takes what one replica has brought into the old storage along, although another still holds it', async () => {
    const key = await keep();
    await new SpooledTable(ground.store.pool).add(key, newId());
    expect(await move()).toEqual({ moved: 1, faulty: 0 });
    expect([await has(key), await homeOf(key)]).toEqual([[false, true], 'archive']);
  });

  it('refuses two names of one place, and a place of somebody else, and leaves everything as it is', async () => {
    const key = await keep();
    const again = { ...two.to, blobs: ground.storage.blobs };
    await expect(move({ to: again })).rejects.toMatchObject({ code: 'storages-not-apart', kind: 'conflict' });
    expect(await two.to.blobs.owner('somebody else')).toBe('somebody else');
    await expect(move()).rejects.toMatchObject({ code: 'storages-not-apart' });
    expect([await has(key), await homeOf(key)]).toEqual([[true, false], 'local']);
  });

  it('waits for nobody who tidies: it says so', async () => {
    const key = await keep();
    await oneProcess(ground.store.pool, movingBytes, async () => {
      await expect(move()).rejects.toMatchObject({ code: 'storages-busy' });
    });
    expect(await homeOf(key)).toBe('local');
  });

  it('leaves no copy of what was deleted while it was copied', async () => {
    const key = await keep();
    const put = two.to.blobs.put.bind(two.to.blobs);
    two.to.blobs.put = async (...args) => {
      await put(...args);
      await deleteAll();
    };
    await move();
    expect([await has(key), await homeOf(key)]).toEqual([[false, false], undefined]);
  });

  it('misses nothing of what was deleted before its turn came', async () => {
    const key = await keep();
    behindThePage(deleteAll);
    expect((await move()).faulty).toBe(0);
    expect([faults, await has(key)]).toEqual([[], [false, false]]);
  });

  it('says that a recording is there when it is there, also where a spool has just brought it to the old place', async () => {
    const { patient } = two.from;
    const put = patient.put.bind(patient);
    patient.put = () => Promise.reject(new Error('away'));
    const key = await keep();
    patient.put = put;
    const table = new SpooledTable(ground.store.pool);
    const parts = { spool: ground.recordings.spool, table, unreadable: new Set<string>(), log: ground.log };
    behindThePage(() => moveSpooled({ ...parts, storage: two.from }, new AbortController().signal));
    two.to.blobs.put = () => Promise.reject(new Error('killed'));
    await expect(move()).rejects.toThrow('killed');
    expect([await has(key), await homeOf(key)]).toEqual([[true, false], 'local']);
  });
});

describe('bytes that are not where their row says', () => {
  const tomorrow = new Date(Date.now() + 86_400_000);
  const tidy = (storage: TwoStorages['from'], storages = two.storages) =>
    removeStrays({ pool: ground.store.pool, storages, storage, olderThan: tomorrow });
  const sayElsewhere = (key: BlobKey) =>
    ground.store.pool.query(`INSERT INTO media_home VALUES ($1, $2, 'archive')`, [key.tenantId, key.mediaId]);

  it('are heard all the same, and stay until they are there', async () => {
    const key = await keep();
    await sayElsewhere(key);
    const recordings = new Recordings({
      ...ground.recordings,
      ...two,
      peers: new Peers('secret', 100),
      pool: ground.store.pool,
    });
    const home = { storage: 'archive', heldBy: null };
    // Made by its first recording; empty, it would be one that is away.
    await two.to.blobs.check();
    expect(sha256(Buffer.concat(await (await recordings.open(key, home)).toArray()))).toBe(key.sha256);
    expect(await tidy(two.from)).toBe(0);
    const bytes = Buffer.concat(await (await two.from.blobs.open(key)).toArray());
    await two.to.blobs.put(key, { bytes: bytes.length, read: () => [bytes] });
    expect(await tidy(two.from)).toBe(1);
    expect(await has(key)).toEqual([false, true]);
  });

  it('stay where another name of the place is theirs', async () => {
    const key = await keep();
    await sayElsewhere(key);
    const again = { ...two.to, blobs: ground.storage.blobs };
    const storages = new Storages([two.from, again], { usual: 'local', byTenant: new Map() });
    expect(await isOurs(ground.store.pool, two.from)).toBe(true);
    expect(await tidy(two.from, storages)).toBe(0);
    expect(await two.from.blobs.has(key)).toBe(true);
  });

  it('stay where theirs is in no settings', async () => {
    const key = await keep();
    await sayElsewhere(key);
    expect(await tidy(two.from, ground.storages)).toBe(0);
    expect(await two.from.blobs.has(key)).toBe(true);
  });
});

describe('looking for what was lost', () => {
  let findings: Finding[];
  const look = (changes: Partial<Parameters<typeof verify>[0]> = {}) => {
    findings = [];
    const parts = { pool: ground.store.pool, storages: two.storages, storage: two.from, hashes: true, mends: false };
    return verify({ ...parts, onFinding: (finding) => findings.push(finding), ...changes });
  };

  it('finds nothing where nothing is wrong', async () => {
    await Promise.all(Array.from({ length: 3 }, () => keep()));
    expect(await look()).toEqual({ looked: 3, spooled: 0, faulty: 0, mended: 0 });
  });

  it('names what is missing or damaged, and mends what another storage has', async () => {
    const [good, lost, damaged, gone] = [await keep(), await keep(), await keep(), await keep()];
    for (const key of [lost, damaged]) {
      const bytes = Buffer.concat(await (await two.from.blobs.open(key)).toArray());
      await two.to.blobs.put(key, { bytes: bytes.length, read: () => [bytes] });
    }
    for (const key of [lost, gone]) two.lose(two.from, key);
    two.damage(two.from, damaged);
    expect(await look({ hashes: false })).toMatchObject({ looked: 4, faulty: 2, mended: 0 });
    expect(await look()).toMatchObject({ looked: 4, faulty: 3, mended: 0 });
    const byId = new Map(findings.map(({ key, ...rest }) => [key.mediaId, rest]));
    expect([lost, damaged, gone].map(({ mediaId }) => byId.get(mediaId))).toEqual([
      { fault: 'missing', copyIn: 'archive', isMended: false },
      { fault: 'damaged', copyIn: 'archive', isMended: false },
      { fault: 'missing', copyIn: null, isMended: false },
    ]);
    expect(await look({ mends: true })).toMatchObject({ faulty: 3, mended: 2 });
    expect(await look()).toMatchObject({ looked: 4, faulty: 1, mended: 0 });
    expect(findings.map(({ key }) => key.mediaId)).toEqual([gone.mediaId]);
    expect(await two.from.blobs.has(good)).toBe(true);
  });

  const isElsewhereNow = ({ tenantId, mediaId }: BlobKey) =>
    ground.store.pool.query(`INSERT INTO media_home VALUES ($1, $2, 'archive')`, [tenantId, mediaId]);
  const copy = async (key: BlobKey) => {
    const bytes = Buffer.concat(await (await two.from.blobs.open(key)).toArray());
    await two.to.blobs.put(key, { bytes: bytes.length, read: () => [bytes] });
  };

  it('takes nothing for lost that was moved or deleted since its page was read', async () => {
    const [moved, deleted] = [await keep(), await keep()];
    await copy(moved);
    behindThePage(async () => {
      await isElsewhereNow(moved);
      two.lose(two.from, moved);
      await ground.store.pool.query('DELETE FROM media WHERE id = $1', [deleted.mediaId]);
      two.lose(two.from, deleted);
    });
    expect(await look({ mends: true })).toEqual({ looked: 2, spooled: 0, faulty: 0, mended: 0 });
    expect([findings, await has(moved)]).toEqual([[], [false, true]]);
  });

  it('leaves nothing behind of what was moved while it was mended', async () => {
    const key = await keep();
    await copy(key);
    two.lose(two.from, key);
    const put = two.from.blobs.put.bind(two.from.blobs);
    two.from.blobs.put = async (...args) => {
      await put(...args);
      await isElsewhereNow(key);
    };
    expect(await look({ mends: true })).toMatchObject({ faulty: 0, mended: 0 });
    two.from.blobs.put = put;
    expect(await has(key)).toEqual([false, true]);
  });
});
