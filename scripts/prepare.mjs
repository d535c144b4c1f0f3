// Plain JavaScript for any Node from 20 on: this runs before anything is installed.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const workspace = fileURLToPath(new URL('..', import.meta.url));
const NEEDED_NODE = 24;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Installs the dependencies unless those of the lock file are there, and returns the path of a Node that fits. */
export async function prepare() {
  if (!isInstalled()) await install();
  return fittingNode();
}

/** Builds projects and what they are made of; ends this program when that fails. */
export async function build(node, projects) {
  console.log('Building');
  const nx = join(workspace, 'node_modules', 'nx', 'dist', 'bin', 'nx.js');
  const code = await runInstead(
    node,
    [nx, 'run-many', '--target=build', `--projects=${projects}`, '--output-style=static'],
    {
      env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' },
    },
  );
  if (code !== 0) process.exit(code);
}

/** Runs a program in our place: in the workspace, with our input, output and signals. Resolves to its exit code. */
export function runInstead(command, args, options = {}) {
  const child = spawn(command, args, { cwd: workspace, stdio: 'inherit', ...options });
  const pass = (signal) => child.kill(signal);
  for (const signal of SIGNALS) process.on(signal, pass);
  return new Promise((resolve) => {
    const end = (code) => {
      for (const signal of SIGNALS) process.off(signal, pass);
      resolve(code);
    };
    child.on('error', (error) => {
      console.error(error.message);
      end(1);
    });
    child.on('exit', (code, signal) => end(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}

async function install() {
  console.log('Installing dependencies with npm (the first time takes a minute or two)');
  const code = await runInstead('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (code !== 0) {
    console.error('npm install failed');
    process.exit(code);
  }
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
