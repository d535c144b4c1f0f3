import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import type { Clip, Manifest, Part } from './manifest.ts';
import { join, level, type Sound, sampleRate, trim } from './sound.ts';

/** The sound of a clip, from recordings or from the engine. @param sounds folder of the packages' recordings */
export function makeClip(clip: Clip, manifest: Manifest, sounds: string): Sound {
  return level(trim(clip.recording === undefined ? spoken(clip, manifest) : recorded(clip, manifest, sounds)));
}

/** Parts are trimmed and levelled each: single words were not recorded as loud as sentences. */
function recorded(
  { key, recording = [], pause = 0, tempo = 1 }: Clip,
  { recordings }: Manifest,
  sounds: string,
): Sound {
  if (recordings === undefined) throw new Error(`${key} is made of recordings, which its manifest does not name`);
  const folder = path(sounds, recordings.folder);
  if (!existsSync(folder)) {
    throw new Error(`${folder} is missing: install ${recordings.source}, or unpack it and name its sounds by --sounds`);
  }
  return join(
    recording.map((part) => level(trim(readPart(folder, part, tempo)))),
    pause,
  );
}

function readPart(folder: string, part: Part, tempo: number): Sound {
  const { file, from = 0, to } = typeof part === 'string' ? { file: part } : part;
  const cut = ['trim', String(from), ...(to === undefined ? [] : [`=${to}`])];
  return decode(path(folder, `${file}.wav`), ...cut, ...(tempo === 1 ? [] : ['tempo', '-s', String(tempo)]));
}

function spoken({ text, speech = text }: Clip, { speech: { source, voice, wordsPerMinute } }: Manifest): Sound {
  const folder = mkdtempSync(path(tmpdir(), 'prompt-'));
  const file = path(folder, 'spoken.wav');
  try {
    run(source, ['-v', voice, '-s', String(wordsPerMinute), '-b', '1', '-w', file], speech);
    return decode(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Floating point, so that no sample is clipped or dithered on the way. */
function decode(file: string, ...effects: string[]): Sound {
  const bytes = run('sox', [
    file,
    '-r',
    String(sampleRate),
    '-c',
    '1',
    '-e',
    'float',
    '-b',
    '32',
    '-t',
    'raw',
    '-',
    ...effects,
  ]);
  return new Float32Array(Uint8Array.from(bytes).buffer);
}

/** Both programs are named like their Debian packages. */
function run(program: string, args: string[], input = ''): Buffer {
  const { error, status, stdout, stderr } = spawnSync(program, args, { input, maxBuffer: 2 ** 26 });
  if (error !== undefined) throw new Error(`${program} does not run: install the package ${program}`, { cause: error });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
  return stdout;
}
