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
  prompts: [],
  testing: ['kernel', 'local'],
  examples: ['contracts'],
  // The index of subscribers, the writing of many messages, the sending of notifications and conversions are measured without the processes around them.
  bench: [...LAYER, 'local', 'gateway', 'mailbox-svc', 'media-svc', 'notify-svc'],
  // What two services keep together is tested with the parts of both, on one clock.
  e2e: [...SHARED, 'local', 'mailbox-svc', 'media-svc'],
  // Manifests are checked against the settings of the services.
  deploy: [...LAYER, 'local', 'gateway', 'mailbox-svc', 'media-svc', 'notify-svc'],
  chaos: ['contracts', 'local'],
  'apps/*': LAYER,
};
/** Specs and what they share, which no product file may import. */
const FOR_SPECS = /\.(spec|harness|samples)\.ts$|(^|\/)(spec-support|test-support|samples)\//;
const FREE_TO_TEST = new Set(['testing', 'e2e', 'chaos', 'bench', 'deploy']);

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

/** What the sources really import: declared, of other projects only by name, and nothing for tests in the product. */
function sourceFaults(project) {
  return globSync('**/*.ts', { cwd: join(workspace, project.root), exclude: ['**/node_modules', '**/dist'] }).flatMap(
    (file) =>
      importsOf(join(workspace, project.root, file)).flatMap((target) => {
        const fault = target.startsWith('.')
          ? relativeFault(project, file, target)
          : packageFault(project, file, target);
        return fault === undefined ? [] : [`${project.root}/${file} imports ${target}, ${fault}`];
      }),
  );
}

function relativeFault({ root, name }, file, target) {
  const inProject = relative(resolve(workspace, root), resolve(workspace, root, file, '..', target));
  if (inProject.startsWith(`..${sep}`)) return 'outside its project';
  return FOR_SPECS.test(inProject) && !isForSpecs(name, file) ? 'which is for specs' : undefined;
}

function packageFault({ name, uses }, file, target) {
  const used = shortName(target);
  if (!isOurs(target) || used === name) return undefined;
  if (!uses.includes(used)) return 'which its package.json does not name';
  return used === 'testing' && !isForSpecs(name, file) ? 'which is for specs' : undefined;
}

function isForSpecs(project, file) {
  return FOR_SPECS.test(file) || FREE_TO_TEST.has(project);
}

function importsOf(file) {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:^|[\s;])(?:from|import)\s*\(?\s*'([^']+)'/gm)].map((match) => match[1]);
}

function isOurs(name) {
  return name.startsWith('@aftertone/');
}

function shortName(name) {
  return name.split('/')[1] ?? name;
}
