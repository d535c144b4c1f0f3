// Plain JavaScript for any Node from 20 on: this runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const workspace = fileURLToPath(new URL('..', import.meta.url));
const NEEDED_NODE = 24;

/** Installs the dependencies unless those of the lock file are there, and returns the path of a Node that fits. */
export function prepare() {
  if (!isInstalled()) install();
  return fittingNode();
}

/** Runs a program of the workspace with the given Node in our place: our input and output, our signals, its exit code. */
export function runInstead(node, args, options = {}) {
  const child = spawn(node, args, { cwd: workspace, stdio: 'inherit', ...options });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.on('error', (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.on('exit', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}

/** Builds projects and what they are made of; ends this program when that fails. */
export function build(node, projects) {
  console.log('Building');
  const nx = join(workspace, 'node_modules', 'nx', 'dist', 'bin', 'nx.js');
  const built = spawnSync(node, [nx, 'run-many', '--target=build', `--projects=${projects}`, '--output-style=stream'], {
    cwd: workspace,
    env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (built.status === 0) return;
  console.error(built.stdout + built.stderr);
  process.exit(1);
}

function install() {
  console.log('Installing dependencies with npm (the first time takes a minute or two)');
  const result = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: workspace,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (result.status === 0) return;
  console.error(`npm install failed${result.error ? `: ${result.error.message}` : ''}`);
  process.exit(1);
}

/** Whether every package of the lock file is there in its version; packages for other systems need not be. */
function isInstalled() {
  const wanted = packagesOf('package-lock.json');
  const present = packagesOf(join('node_modules', '.package-lock.json'));
  if (!wanted || !present || !manifestsMatch(wanted)) return false;
  return Object.entries(wanted).every(([path, { version, optional, devOptional, link }]) => {
    if (!path.startsWith('node_modules/')) return true;
    const found = present[path];
    return found === undefined
      ? optional === true || devOptional === true
      : link === found.link && version === found.version;
  });
}

/** Whether the lock file was made from the workspaces' present lists of dependencies. */
function manifestsMatch(locked) {
  const kinds = ['dependencies', 'devDependencies', 'optionalDependencies'];
  return Object.entries(locked)
    .filter(([path]) => !path.includes('node_modules'))
    .every(([path, entry]) => {
      const manifest = readJson(join(path, 'package.json')) ?? {};
      return kinds.every((kind) => sameEntries(manifest[kind] ?? {}, entry[kind] ?? {}));
    });
}

function sameEntries(one, other) {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}

function packagesOf(lockFile) {
  return readJson(lockFile)?.packages;
}

function readJson(path) {
  const file = join(workspace, path);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

function fittingNode() {
  const installed = join(workspace, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (existsSync(installed)) return installed;
  if (Number(process.versions.node.split('.')[0]) >= NEEDED_NODE) return process.execPath;
  console.error(
    `Aftertone needs Node ${NEEDED_NODE} or newer. This is ${process.version}, and npm has none for ` +
      `${process.platform}-${process.arch}: install Node ${NEEDED_NODE} and start again.`,
  );
  process.exit(1);
}
