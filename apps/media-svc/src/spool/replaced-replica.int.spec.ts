import { newId } from '@aftertone/kernel';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type MediaGround, openMediaGround, sha256 } from '../spec-support/media-ground.ts';
import { wavFile } from '../spec-support/wav-files.ts';
import { ReplicasTable } from './replicas.table.ts';
import { SecondCopies } from './second-copies.ts';
import { SpooledTable } from './spooled.table.ts';

const [lost, other] = [newId(), newId()];
const [address, otherAddress] = ['http://media-0:8080', 'http://media-1:8080'];

let ground: MediaGround;
let replicas: ReplicasTable;
let own: string;
beforeAll(async () => {
  ground = await openMediaGround();
  replicas = new ReplicasTable(ground.store.pool);
  own = await ground.recordings.spool.replicaId();
});
afterAll(() => ground.close());
beforeEach(async () => {
  await ground.store.pool.query('DELETE FROM media_replica');
  await replicas.announce(lost, address);
  await replicas.announce(other, otherAddress);
});

it('takes the address over from the one whose disk was lost, which is down at once', async () => {
  expect((await replicas.others(own, 3)).sort()).toEqual([address, otherAddress]);
  await replicas.announce(own, address);
  expect(await replicas.others(own, 3)).toEqual([otherAddress]);
  expect(await replicas.others(other, 3)).toEqual([address]);
});

it('leaves alone what that one held, for its operator and for whoever makes copies', async () => {
  const table = new SpooledTable(ground.store.pool);
  const bytes = wavFile();
  const { mediaId } = await ground.keep(bytes);
  for (const holder of [lost, other])
    await table.add({ tenantId: ground.tenantId, mediaId, sha256: sha256(bytes) }, holder);
  expect(await replicas.safety()).toEqual({ outOfReach: 0, alone: 0 });
  expect(await table.nextAlone(other, 10)).toEqual([]);
  await replicas.announce(own, address);
  expect(await replicas.safety()).toEqual({ outOfReach: 0, alone: 1 });
  expect(await table.nextAlone(other, 10)).toMatchObject([{ key: { mediaId } }]);
});

it('never takes itself for the second one, also before it has said where it is', async () => {
  const { spool } = ground.recordings;
  ground.storage.patient.put = () => Promise.reject(new Error('away'));
  const { mediaId } = await ground.keep(wavFile());
  const key = { tenantId: ground.tenantId, mediaId, sha256: sha256(wavFile()) };
  const keeping = (holderOf: (url: string) => string) =>
    new SecondCopies({ spool, replicas, peers: { keep: async (url: string) => holderOf(url) } }).make(key);
  expect(await keeping((url) => (url === address ? own : other))).toBe(other);
  expect(await keeping(() => own)).toBeNull();
});
