import { expect, it } from 'vitest';
import { askedFormat } from './asked-format.ts';

const firefox = 'audio/webm,audio/ogg,audio/wav,audio/*;q=0.9,application/ogg;q=0.7,video/*;q=0.6,*/*;q=0.5';

it.each([
  ['nothing', undefined, 'audio/mp4', 'original'],
  ['anything', '*/*', 'audio/ogg', 'original'],
  ['what it is, among others that are liked better', firefox, 'audio/mpeg', 'original'],
  ['WAV', 'audio/wav', 'audio/ogg', 'wav'],
  ['MP3', 'audio/mpeg', 'audio/wav', 'mp3'],
  ['either, MP3 rather', 'audio/wav;q=0.5, audio/mpeg', 'audio/flac', 'mp3'],
  ['anything but what it is', 'audio/ogg;q=0, audio/*;q=0.5', 'audio/ogg', 'mp3'],
] as const)('who accepts %s gets that', (_what, accept, stored, format) => {
  expect(askedFormat({}, accept, stored)).toBe(format);
});

it('what is asked for by name goes before what is accepted', () => {
  expect(askedFormat({ format: 'wav' }, 'audio/mpeg', 'audio/ogg')).toBe('wav');
  expect(askedFormat({ format: 'original' }, 'audio/mpeg', 'audio/ogg')).toBe('original');
});

it.each([
  ['nothing', undefined, 'audio/wav', 'mp3'],
  ['anything', '*/*', 'audio/ogg', 'mp3'],
  ['what it is before all', 'audio/wav, audio/mpeg;q=0.5', 'audio/wav', 'wav'],
  ['neither', 'text/html', 'audio/ogg', 'mp3'],
] as const)('who accepts %s and wants it as loud as others gets it converted', (_what, accept, stored, format) => {
  expect(askedFormat({ normalize: true }, accept, stored)).toBe(format);
  expect(askedFormat({ normalize: true, format: 'original' }, accept, stored)).toBe('original');
});

it.each(['text/html, audio/amr', 'application/octet-stream', '', 'audio/ogg; codecs=opus', 'audio/OGG;codecs="opus"'])(
  'who accepts %j gets it as it is',
  (accept) => {
    expect(askedFormat({}, accept, 'audio/ogg')).toBe('original');
  },
);

it.each([
  ['audio/x-wav', 'audio/wav'],
  ['audio/wave;rate=8000', 'audio/wav'],
  ['audio/mp3', 'audio/mpeg'],
  ['audio/x-m4a, audio/mpeg;q=0.5', 'audio/mp4'],
] as const)('%s is another name of %s', (accept, stored) => {
  expect(askedFormat({}, accept, stored)).toBe('original');
});
