import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { readDepositForm } from './deposit-form.ts';

const boundary = 'b0undary';
const audio = Buffer.from(Array.from({ length: 70_000 }, (_, n) => n % 251));

interface Part {
  name: string;
  content: Buffer | string;
  head?: string;
}

const encode = (parts: readonly Part[], end = `--${boundary}--\r\n`): Buffer =>
  Buffer.concat([
    ...parts.flatMap(({ name, content, head = '' }) => [
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"${head}\r\n\r\n`),
      Buffer.from(content),
      Buffer.from('\r\n'),
    ]),
    Buffer.from(end),
  ]);

const request = (bytes: Buffer, contentType = `multipart/form-data; boundary=${boundary}`) => {
  const chunks = Array.from({ length: Math.ceil(bytes.length / 997) }, (_, n) =>
    bytes.subarray(n * 997, (n + 1) * 997),
  );
  return Object.assign(Readable.from(chunks, { objectMode: false }), { headers: { 'content-type': contentType } });
};

const read = (parts: readonly Part[]) => readDepositForm(request(encode(parts)), buffer);

const metadata = (value: object): Part => ({ name: 'metadata', content: JSON.stringify(value) });
const sound: Part = { name: 'audio', content: audio, head: '; filename="a.wav"\r\nContent-Type: audio/wav' };

describe('the form of a deposit', () => {
  it('takes its parts in either order, sent as files or not', async () => {
    const plain: Part = { name: 'audio', content: audio };
    const file: Part = {
      ...metadata({ callerNumber: '42' }),
      head: '; filename="m.json"\r\nContent-Type: application/json',
    };
    for (const parts of [
      [metadata({ callerNumber: '42' }), sound],
      [sound, metadata({ callerNumber: '42' })],
      [plain, file],
    ]) {
      const form = await read(parts);
      expect(form.metadata).toMatchObject({ callerNumber: '42', callerName: null, urgent: false });
      expect(form.audio?.equals(audio)).toBe(true);
    }
  });

  it('may lack either part, or both', async () => {
    expect(await read([metadata({ urgent: true })])).toMatchObject({ metadata: { urgent: true }, audio: undefined });
    expect((await read([sound])).audio?.length).toBe(audio.length);
    expect(await read([])).toMatchObject({ metadata: { callerNumber: null }, audio: undefined });
  });

  it.each([
    ['metadata that is no JSON', [{ name: 'metadata', content: '{' }], 'metadata'],
    ['a field that is not known', [metadata({ colour: 'red' })], 'metadata.colour'],
    ['a wrong field', [metadata({ urgent: 'yes' })], 'metadata.urgent'],
    ['metadata that is no object', [{ name: 'metadata', content: '7' }], 'metadata'],
    ['too much metadata', [metadata({ callerName: 'x'.repeat(20_000) })], 'metadata'],
    ['a part that is not known', [sound, { name: 'cover', content: 'x' }], 'cover'],
    ['audio twice', [sound, sound], 'audio'],
    ['metadata twice', [metadata({}), metadata({})], 'metadata'],
  ] satisfies [string, Part[], string][])('names %s', async (_name, parts, path) => {
    await expect(read(parts)).rejects.toMatchObject({
      code: 'invalid-request',
      details: { errors: [expect.objectContaining({ path })] },
    });
  });

  it('names a part that is not known also where all had come before it was read', async () => {
    const short: Part = { ...sound, content: audio.subarray(0, 1_000) };
    const { headers } = request(Buffer.from(''));
    const form = Object.assign(new PassThrough(), { headers });
    form.end(encode([{ name: 'cover', content: 'x' }, short]));
    await turn();
    // As a short recording is held in memory: read in the same turn.
    const store = async (part: Readable) => part.resume();
    await expect(readDepositForm(form, store)).rejects.toMatchObject({ details: { errors: [{ path: 'cover' }] } });
  });

  it('is refused when its end is missing', async () => {
    const cut = encode([metadata({}), sound], '');
    await expect(readDepositForm(request(cut.subarray(0, -2)), buffer)).rejects.toMatchObject({ kind: 'invalid' });
  });

  it('is multipart with a boundary', async () => {
    for (const [type, code] of [
      ['application/json', 'unsupported-media-type'],
      ['multipart/form-data', 'unsupported-media-type'],
      ['multipart/form-data; charset=utf-8', 'invalid-request'],
    ]) {
      const form = async () => readDepositForm(request(Buffer.from(''), type), buffer);
      await expect(form()).rejects.toMatchObject({ code });
    }
  });

  it('fails as the taking of its audio fails', async () => {
    const full = Object.assign(new Error('full'), { code: 'storage-full' });
    const store = async (part: Readable): Promise<never> => {
      part.resume();
      throw full;
    };
    await expect(readDepositForm(request(encode([sound])), store)).rejects.toBe(full);
  });
});
