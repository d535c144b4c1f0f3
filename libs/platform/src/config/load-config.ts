import { fieldErrors } from '@aftertone/contracts';
import type { z } from 'zod';

/** Every fault of an environment at once: one line per setting. */
export class ConfigError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(['The configuration is not usable:', ...faults.map((fault) => `  ${fault}`)].join('\n'));
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

/** Reads settings from `environment`; an empty value counts as absent. Throws `ConfigError`. */
export const parseConfig = <Schema extends z.ZodType>(
  schema: Schema,
  environment: Readonly<Record<string, string | undefined>>,
): z.output<Schema> => {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()));
  const result = schema.safeParse(present);
  if (result.success) return result.data;
  // A wrong value may be a secret: faults name the setting and the rule, never what was given.
  const faults = fieldErrors(result.error).map(({ path, message }) =>
    // A path goes on inside a setting that is a list.
    (path.split('.', 1)[0] ?? '') in present ? `${path}: ${message}` : `${path}: is missing`,
  );
  throw new ConfigError([...new Set(faults)]);
};

/** The settings of this process, read once at its start. A fault ends it: all of them on stderr, exit code 1. */
export const loadConfig = <Schema extends z.ZodType>(schema: Schema): z.output<Schema> => {
  try {
    return parseConfig(schema, process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
};
