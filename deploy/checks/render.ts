import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'vitest';
import { parseAllDocuments } from 'yaml';

/** One object of a rendered overlay. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  // biome-ignore lint/suspicious/noExplicitAny: checked against the schema of its kind
  [field: string]: any;
}

export const overlays = ['dev', 'prod'] as const;
export type Overlay = (typeof overlays)[number];

const workspace = fileURLToPath(new URL('../..', import.meta.url));

/** Path of a program of this system or of `.ci/run`. */
export const findProgram = (program: string): string | undefined =>
  [join(workspace, '.cache', 'manifests'), ...(process.env.PATH ?? '').split(delimiter)]
    .map((folder) => join(folder, program))
    .find(existsSync);

/** Command that renders a folder: a kustomize, or a kubectl that has a present one inside. */
function renderer(): readonly [string, ...string[]] | undefined {
  const kustomize = findProgram('kustomize');
  if (kustomize !== undefined) return [kustomize, 'build'];
  const kubectl = findProgram('kubectl');
  if (kubectl === undefined) return undefined;
  const version = execFileSync(kubectl, ['version', '--client'], { encoding: 'utf8' });
  return /Kustomize Version: v5/.test(version) ? [kubectl, 'kustomize'] : undefined;
}

const command = renderer();
const lacking = 'no kustomize 5, and no kubectl that has it, on the PATH or in .cache/manifests';

/**
 * Before each test of rendered manifests: skips it, and says why, where nothing can render them; fails where `.ci/run` has
 * said that they must be rendered.
 */
export function needsRenderer({ skip }: Pick<TestContext, 'skip'>): void {
  if (command === undefined && process.env.MANIFESTS_REQUIRED) throw new Error(lacking);
  skip(command === undefined, lacking);
}

/** The objects of an overlay. */
export const render = (overlay: Overlay): Manifest[] => renderFolder(join('deploy', 'k8s', 'overlays', overlay));

const rendered = new Map<string, Manifest[]>();

/** The objects of any Kustomization of this workspace, by its folder. */
export function renderFolder(path: string): Manifest[] {
  const known = rendered.get(path);
  if (known !== undefined) return known;
  if (command === undefined) throw new Error('nothing can render manifests here');
  const [program, ...args] = command;
  const text = execFileSync(program, [...args, join(workspace, path)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const objects = parseAllDocuments(text).map((document): Manifest => document.toJS());
  rendered.set(path, objects);
  return objects;
}
