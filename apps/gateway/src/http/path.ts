/** Values of the placeholders of a path, by name. */
export type PathValues = Readonly<Record<string, string>>;

const placeholder = /\{(\w+)\}/g;

/** Names of the `{placeholders}` of a path, in their order. */
export const placeholdersOf = (path: string): string[] => [...path.matchAll(placeholder)].map(([, name = '']) => name);

/** `/v1/users/{id}` as the router writes it: `/v1/users/:id`. */
export const routerPath = (path: string): string => path.replaceAll(placeholder, ':$1');

/** What requests for this path look like, whatever their placeholders hold. */
export const pathPattern = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(placeholder, '[^/]+')}/?$`);

/** Puts values into the placeholders of a path. */
export const fill = (template: string, values: PathValues): string =>
  template.replaceAll(placeholder, (whole, name: string) => values[name] ?? whole);

/** What the router found in the place of each placeholder, unchecked. */
export const pathValues = (path: string, params: unknown): PathValues =>
  Object.fromEntries(
    placeholdersOf(path).map((name) => {
      const value: unknown = Reflect.get(Object(params), name);
      return [name, typeof value === 'string' ? value : ''];
    }),
  );
