import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { languages, promptsFolder, readManifest } from './manifest.ts';
import { makeClip } from './sources.ts';
import { wav } from './wav.ts';

// node tools/prompts/src/main.ts [--language fr] [--key vm-goodbye] [--sounds <folder>]; see the README beside.
const { values: wanted } = parseArgs({
  options: {
    language: { type: 'string' },
    key: { type: 'string' },
    sounds: { type: 'string', default: '/usr/share/asterisk/sounds' },
  },
});

let made = 0;
for (const language of wanted.language === undefined ? languages : [wanted.language]) {
  const manifest = readManifest(language);
  for (const clip of manifest.clips) {
    if (clip.text === '' || (wanted.key ?? clip.key) !== clip.key) continue;
    const file = join(promptsFolder, language, `${clip.key}.wav`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, wav(makeClip(clip, manifest, wanted.sounds)));
    made += 1;
  }
}
console.log(`${made} clips made`);
