import type { Program } from '../process/program.ts';
import { siblingModule } from '../process/sibling.ts';

export interface MailCatcherOptions {
  /** Folder that keeps the messages as `.eml` files. */
  folder: string;
  logFile: string;
  smtpPort: number;
  httpPort: number;
  /** How many messages are kept. */
  keep: number;
}

/** The mail catcher as a program to start: SMTP on one port, pages and JSON on the other. */
export function mailCatcherProgram(options: MailCatcherOptions): Program {
  return {
    name: 'mail-catcher',
    command: process.execPath,
    args: [
      siblingModule(import.meta.url, './main'),
      ...['--folder', options.folder, '--keep', String(options.keep)],
      ...['--smtp-port', String(options.smtpPort), '--http-port', String(options.httpPort)],
    ],
    env: process.env,
    logFile: options.logFile,
    isReady: async () => (await fetch(`http://127.0.0.1:${options.httpPort}/`)).ok,
    readyTimeoutMs: 30_000,
    stopSignal: 'SIGTERM',
    graceMs: 5_000,
  };
}
