import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const filesBelow = (folder: URL, path: string): string[] =>
  existsSync(new URL(path, folder))
    ? readdirSync(new URL(path, folder), { withFileTypes: true }).flatMap((entry) =>
        entry.isDirectory() ? filesBelow(folder, `${path}${entry.name}/`) : [`${path}${entry.name}`],
      )
    : [];

/** Names of the files below `packageFolder` that are missing, differ, or stand in `generated/` without a reason. */
export const staleFiles = (packageFolder: URL, documents: ReadonlyMap<string, string>): string[] => {
  const differs = [...documents].filter(([path, text]) => {
    const file = new URL(path, packageFolder);
    return !existsSync(file) || readFileSync(file, 'utf8') !== text;
  });
  const left = filesBelow(packageFolder, 'generated/').filter((path) => !documents.has(path));
  return [...differs.map(([path]) => path), ...left].sort();
};

/** Writes what differs and removes what is left over; tells which files those were. */
export const refresh = (packageFolder: URL, documents: ReadonlyMap<string, string>): string[] => {
  const stale = staleFiles(packageFolder, documents);
  for (const path of stale) {
    const file = new URL(path, packageFolder);
    const text = documents.get(path);
    if (text === undefined) rmSync(file);
    else {
      mkdirSync(new URL('./', file), { recursive: true });
      writeFileSync(file, text);
    }
  }
  return stale;
};
