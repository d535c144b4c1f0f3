// Writes the documents that are made from the definitions; with --check only says whether they are up to date.

import { documents } from './documents.ts';
import { refresh, staleFiles } from './stale.ts';

const packageFolder = new URL('../../', import.meta.url);
const current = documents(packageFolder);

if (process.argv.includes('--check')) {
  const stale = staleFiles(packageFolder, current);
  for (const path of stale) console.error(`stale: libs/contracts/${path}`);
  if (stale.length > 0) {
    console.error('run: npm run contracts:generate');
    process.exitCode = 1;
  } else {
    console.log(`${current.size} contract documents are up to date`);
  }
} else {
  const written = refresh(packageFolder, current);
  console.log(`${current.size} contract documents, ${written.length} changed`);
}
