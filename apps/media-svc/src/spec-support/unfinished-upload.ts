import { openStorage } from './open-storage.ts';

// Begins an upload and dies in the middle of it. STORAGE: folder of the store.
const store = await openStorage(process.env.STORAGE ?? '');
const writer = await store.begin();
await writer.write([Buffer.alloc(10_000, 1)]);
process.kill(process.pid, 'SIGKILL');
