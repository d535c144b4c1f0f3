import { DomainError } from '@aftertone/kernel';
import { UploadBody } from '../uploads/upload-body.ts';
import { UploadMemory } from '../uploads/upload-memory.ts';
import { filesIn, openSpool } from './open-storage.ts';
import { heldRecording, openRenderings } from './renderings.ts';

// Converts a recording into a file of the spool SPOOL, prints the refusal and what stays, and with DIE is killed midway.
const path = process.env.SPOOL ?? '';
const spool = openSpool(path);
const memory = new UploadMemory(0);
const renderings = openRenderings({
  begin: () => new UploadBody(memory, () => spool.begin()),
  log: { warn: () => undefined },
});
const recording = heldRecording(undefined, { whole: process.env.DIE === undefined });
const rendering = renderings.join('a', recording.order);
try {
  await rendering.reaches(44);
  if (process.env.DIE !== undefined) process.kill(process.pid, 'SIGKILL');
  await rendering.reaches(recording.bytes - 1);
  console.log(JSON.stringify({ code: null }));
} catch (error) {
  rendering.leave();
  await renderings.close();
  const code = error instanceof DomainError ? error.code : String(error);
  console.log(JSON.stringify({ code, left: filesIn(path).length }));
}
await spool.close();
