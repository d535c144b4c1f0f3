import { expect, it } from 'vitest';
import { containerFile } from '../../spec-support/read-audio.ts';
import { bytesBetweenFrames } from './adts-frames.ts';

const file = containerFile('stream.aac');
const id3 = Buffer.concat([Buffer.from('ID3\x04\0\0\0\0\0\x20', 'latin1'), Buffer.alloc(32)]);
const id3v1 = Buffer.alloc(128, 'TAG', 'latin1');

it('counts neither tags nor the frames before them, of files one behind the other', () => {
  expect(bytesBetweenFrames(file)).toBe(0);
  expect(bytesBetweenFrames(Buffer.concat([id3, file, id3, file, id3v1]))).toBe(0);
});

it('counts what is neither, and the frame that it follows: nothing says that this was one', () => {
  const rubbish = Buffer.alloc(500, 0xa5);
  expect(bytesBetweenFrames(Buffer.concat([file, rubbish, file]))).toBeGreaterThan(500);
});
