// Checks the direction of imports: node scripts/boundaries.mjs <output of `nx graph --file`>
import { globSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { workspace } from './prepare.mjs';

const SHARED = ['kernel', 'contracts'];
const LAYER = [...SHARED, 'event-store', 'messaging', 'platform'];

/** What a project may depend on besides `testing`, which only specs may import. Apps are listed by their folder. */
const MAY_USE = {
  kernel: [],
  contracts: ['kernel'],
  'event-store': SHARED,
  messaging: SHARED,
  platform: SHARED,
  local: [],
  testing: ['kernel', 'local'],
  examples: ['contracts'],
  bench: [...LAYER, 'local'],
  e2e: ['contracts', 'local'],
  'apps/*': LAYER,
};
const FOR_SPECS = /\.(spec|harness)\.ts$/;
const FREE_TO_TEST = new Set(['testing', 'e2e', 'bench']);

const { graph } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const projects = Object.values(graph.nodes).map(({ name, data }) => ({
  name: shortName(name),
  root: data.root,
  allowed: MAY_USE[data.root.startsWith('apps/') ? 'apps/*' : shortName(name)],
  uses: graph.dependencies[name]
    .map(({ target }) => target)
    .filter(isOurs)
    .map(shortName),
}));
const faults = projects.flatMap((project) => [...graphFaults(project), ...sourceFaults(project)]);
for (const fault of faults) console.error(fault);
console.log(`${projects.length} projects, ${faults.length} imports in the wrong direction`);
process.exit(faults.length === 0 ? 0 : 1);

/** Dependencies that Nx knows (those of package.json) against the table. */
function graphFaults({ name, allowed, uses }) {
  if (allowed === undefined) return [`${name} is not in the table of scripts/boundaries.mjs`];
  const testing = name === 'local' ? [] : ['testing'];
  return uses
    .filter((used) => ![...allowed, ...testing].includes(used))
    .map((used) => `${name} may not depend on ${used}`);
}

/** What the sources really import: declared, of the outside only through its name, and nothing for tests in the product. */
function sourceFaults({ name, root, uses }) {
  return globSync('**/*.ts', { cwd: join(workspace, root), exclude: ['**/node_modules', '**/dist'] }).flatMap((file) =>
    importsOf(join(workspace, root, file)).flatMap((target) => {
      const at = `${root}/${file}`;
      if (target.startsWith('.'))
        return leaves(root, file, target) ? [`${at} imports ${target}, outside its project`] : [];
      if (!isOurs(target)) return [];
      const used = shortName(target);
      if (used !== name && !uses.includes(used))
        return [`${at} imports ${target}, which its package.json does not name`];
      const isForSpecs = FOR_SPECS.test(file) || FREE_TO_TEST.has(name);
      return used === 'testing' && !isForSpecs ? [`${at} imports ${target}, which is for specs`] : [];
    }),
  );
}

function importsOf(file) {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:^|[\s;])(?:from|import)\s*\(?\s*'([^']+)'/gm)].map((match) => match[1]);
}

function leaves(root, file, target) {
  return relative(resolve(workspace, root), resolve(workspace, root, file, '..', target)).startsWith(`..${sep}`);
}

function isOurs(name) {
  return name.startsWith('@aftertone/');
}

function shortName(name) {
  return name.split('/')[1] ?? name;
}
