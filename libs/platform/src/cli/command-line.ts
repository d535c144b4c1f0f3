import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { ConfigError } from '../config/load-config.ts';

/** Where an operator's command says what it found, a line at a time. */
export interface Output {
  out(line: string): void;
  err(line: string): void;
}

/** Resolves to the exit code: 1 when something failed, 2 for a wrong command line or setting. */
export type Commands = (
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  output: Output,
) => Promise<number>;

const parse = <const Options extends ParseArgsOptionsConfig>(args: readonly string[], options: Options) =>
  parseArgs({ args: [...args], options, allowPositionals: true });

/** The options and words of a command line; null when it has others. */
export const readArguments = <const Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: Options,
): ReturnType<typeof parse<Options>> | null => {
  try {
    return parse(args, options);
  } catch {
    return null;
  }
};

/** With what lies behind it. */
const textOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
};

/** Does the work of a command, and says what went wrong with it. */
export const attempt = async (output: Output, work: () => Promise<number>): Promise<number> => {
  try {
    return await work();
  } catch (error) {
    output.err(error instanceof ConfigError ? error.faults.join('\n') : textOf(error));
    return error instanceof ConfigError ? 2 : 1;
  }
};

/** Runs commands as this process. */
export const runCommands = async (commands: Commands): Promise<void> => {
  const code = await commands(process.argv.slice(2), process.env, {
    out: (line) => process.stdout.write(`${line}\n`),
    err: (line) => process.stderr.write(`${line}\n`),
  });
  // A dial to a bus that takes the connection and says nothing leaves its socket, which would keep the process for ever.
  process.exit(code);
};

const silence = (): void => undefined;

/** For what only its answer says. */
export const quietLog = { debug: silence, info: silence, warn: silence, error: silence };
