import { readdirSync } from 'node:fs';
import { DomainError } from '@aftertone/kernel';
import { openStorage } from './open-storage.ts';

// Writes to a storage with little space until it refuses, and prints the refusal's code and the files that stay.
const root = process.env.STORAGE ?? '';
const store = await openStorage(root);
const writer = await store.begin();
try {
  for (let n = 0; n < 1000; n += 1) await writer.write([Buffer.alloc(4_000, 1), Buffer.alloc(6_000, 1)]);
  console.log(JSON.stringify({ code: null }));
} catch (error) {
  await writer.discard();
  const left = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;
  console.log(JSON.stringify({ code: error instanceof DomainError ? error.code : String(error), left }));
}
await store.close();
