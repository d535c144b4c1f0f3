import { readFileSync } from 'node:fs';
import { promptLanguages } from '@aftertone/contracts';
import { expect, it } from 'vitest';
import { readAudio } from '../spec-support/read-audio.ts';
import { tone, wavFile } from '../spec-support/wav-files.ts';
import { builtInPrompt, promptKeys } from './built-in-prompts.ts';
import { saysNothing } from './says-nothing.ts';

const judge = async (file: Buffer): Promise<boolean> => {
  const { peaks, ...facts } = await readAudio(file);
  const base64 = peaks === null ? null : Buffer.from(peaks).toString('base64');
  return saysNothing({ ...facts, peaks: base64, bytes: file.length, sha256: '' });
};
const silence = (seconds: number) => Buffer.alloc(Math.round(seconds * 8_000) * 2);
const inverted = Buffer.from(tone(2, { channels: 2 }));
for (let at = 2; at < inverted.length; at += 4) inverted.writeInt16LE(-inverted.readInt16LE(at), at);

it.each([
  ['silence', { sound: silence(5) }],
  ['a tone of 50 ms', { sound: tone(0.05) }],
  ['a click in silence', { sound: Buffer.concat([silence(2), tone(0.02), silence(3)]) }],
  ['what is hardly louder than silence', { sound: tone(3, { level: 0.001 }) }],
  ['two channels that take each other away on a phone', { sound: inverted, channels: 2 }],
])('nothing is heard in %s', async (_what, wav) => expect(await judge(wavFile(wav))).toBe(true));

it.each([
  ['a word of 0.2 s', { sound: tone(0.2) }],
  ['a short word between silence', { sound: Buffer.concat([silence(1), tone(0.15, { level: 0.05 }), silence(1)]) }],
  ['two channels that are the same', { sound: tone(1, { channels: 2 }), channels: 2 }],
])('something is heard in %s', async (_what, wav) => expect(await judge(wavFile(wav))).toBe(false));

it('something is heard in every clip that comes with Aftertone', async () => {
  const files = promptLanguages.flatMap((language) =>
    promptKeys().flatMap((key) => builtInPrompt(language, key)?.file ?? []),
  );
  const silent = await Promise.all(files.map(async (file) => ((await judge(readFileSync(file))) ? file : [])));
  expect(silent.flat()).toEqual([]);
});
