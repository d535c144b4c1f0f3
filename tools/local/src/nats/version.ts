import { run } from '../process/run.ts';
import type { NatsSource } from './locate.ts';

/** First version whose server asks somebody else who may log in. */
const CALLOUT_SINCE = [2, 10] as const;
const ANSWER_MS = 20_000;

/** Version of a NATS server as it names itself, for example `2.9.10`. Throws when the program does not say. */
export async function natsVersion(source: NatsSource): Promise<string> {
  const [command, args] =
    'binary' in source
      ? ([source.binary, ['--version']] as const)
      : (['docker', ['run', '--rm', source.image, '--version']] as const);
  const { output } = await run(command, [...args], { timeoutMs: ANSWER_MS });
  const version = /v?(\d+\.\d+\.\d+\S*)/.exec(output)?.[1];
  if (version === undefined) throw new Error(`${command} does not say which version it is: ${output.trim()}`);
  return version;
}

/** Whether a server of this version can ask the gateway who may log in (auth callout). */
export function hasCallout(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > CALLOUT_SINCE[0] || (major === CALLOUT_SINCE[0] && minor >= CALLOUT_SINCE[1]);
}
