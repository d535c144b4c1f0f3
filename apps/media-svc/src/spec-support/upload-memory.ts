import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { requestBody } from '../http/request-body.ts';
import { receiveAudio } from '../uploads/receive-audio.ts';
import { UploadBody } from '../uploads/upload-body.ts';
import { UploadMemory } from '../uploads/upload-memory.ts';
import { openStorage } from './open-storage.ts';
import { readings } from './read-audio.ts';

// Receives one large upload over HTTP, and prints how much the memory of this process grew at most while it did.
// STORAGE: folder of the store. MEGABYTES: size of the upload, which another process sends.
const blobs = await openStorage(process.env.STORAGE ?? '');
const memory = new UploadMemory(67_108_864);
let bytes = 0;
const server = createServer(async (incoming, answer) => {
  const body = new UploadBody(memory, () => blobs.begin());
  ({ bytes } = await receiveAudio(requestBody(incoming, 10_000), {
    readings,
    body,
    limits: { maxBytes: 1e9, maxSeconds: null },
  }));
  await body.end();
  answer.end();
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;

const upload = async (megabytes: string): Promise<void> => {
  const sender = fileURLToPath(new URL('./send-upload.ts', import.meta.url));
  const env = { ...process.env, PORT: String(port), MEGABYTES: megabytes };
  const child = spawn(process.execPath, ['--conditions=source', sender], { env, stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`the sender ended with ${code}`);
};

await upload('2'); // code and buffers that every upload needs
globalThis.gc?.();
const before = process.memoryUsage.rss();
let most = before;
const watch = setInterval(() => {
  most = Math.max(most, process.memoryUsage.rss());
}, 5);
await upload(process.env.MEGABYTES ?? '');
clearInterval(watch);
server.close();
await blobs.close();
console.log(JSON.stringify({ bytes, growthMegabytes: Math.round((most - before) / 2 ** 20) }));
