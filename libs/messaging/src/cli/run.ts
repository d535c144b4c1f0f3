import { isId } from '@aftertone/kernel';
import { openAccess } from './access.ts';
import { listLetters, replayLetters, showLetter } from './dead-letter-commands.ts';

export interface Output {
  out(line: string): void;
  err(line: string): void;
}

const usage = `Usage:
  dead-letters list [--all]          events that consumers gave up; --all also shows replayed ones
  dead-letters show <id>             one of them, with its event while the bus holds it
  dead-letters replay <id> | --all   lets the consumers try again, and waits for the outcome
  deliveries …                       notifications: \`deliveries\` alone says more
  media …                            recordings: \`media\` alone says more
  retention …                        how long messages are kept: \`retention\` alone says more

Environment: DATABASE_URL_MAILBOX, _MEDIA, _NOTIFY, _GATEWAY (those that are to be looked at),
and for show NATS_URL, NATS_USER, NATS_PASSWORD.`;

/** The operator's commands. Gives back the exit code: 1 when something failed, 2 for a wrong command line. */
export const run = async (
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  output: Output,
): Promise<number> => {
  const [topic, action, which, ...rest] = args;
  const isKnown =
    action === 'list' ? which === undefined || which === '--all' : action === 'show' || action === 'replay';
  const isWrong =
    topic !== 'dead-letters' ||
    !isKnown ||
    rest.length > 0 ||
    (which !== undefined && which !== '--all' && !isId(which));
  if (isWrong) {
    output.err(usage);
    return 2;
  }
  const access = openAccess(environment);
  try {
    if (Object.keys(access.databases).length === 0) {
      output.err('No DATABASE_URL_* is set.');
      return 2;
    }
    if (action === 'list') return await listLetters(access, which === '--all', output);
    if (action === 'show' && which !== undefined && which !== '--all') return await showLetter(access, which, output);
    if (action === 'replay' && which !== undefined) {
      return await replayLetters(access, which === '--all' ? 'all' : { id: which }, output);
    }
    output.err(usage);
    return 2;
  } catch (error) {
    output.err(error instanceof Error ? error.message : String(error));
    return 1;
  } finally {
    await access.close();
  }
};
