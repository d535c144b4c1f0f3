import { isDeepStrictEqual } from 'node:util';

/** Fields to be changed; undefined is as good as absent. */
export type Changes<Fields> = { [Field in keyof Fields]?: Fields[Field] | undefined };

/** `before` with the given fields, and the names of those that are really other ones now. */
export const changesOf = <Fields extends object>(
  before: Fields,
  changes: Changes<Fields>,
): { after: Fields; changed: string[] } => {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  const after: Fields = { ...before, ...Object.fromEntries(given) };
  const changed = given.flatMap(([name, value]) => (isDeepStrictEqual(Reflect.get(before, name), value) ? [] : [name]));
  return { after, changed };
};
