import type { LoggerService } from '@nestjs/common';
import type { Logger } from './logger.ts';

/** What Nest itself says, as lines of our log: its start-up chatter is `debug`. */
export class NestLogger implements LoggerService {
  private readonly logger: Logger;

  constructor(logger: Logger) {
    this.logger = logger;
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  private write(level: 'fatal' | 'error' | 'warn' | 'debug' | 'trace', message: unknown, rest: unknown[]): void {
    // Nest passes the name of the part that speaks last, and before it a stack or anything else.
    const part = rest.at(-1);
    const fields = typeof part === 'string' ? { part, more: rest.slice(0, -1) } : { more: rest };
    const more = fields.more.length === 0 ? {} : { more: fields.more };
    const where = 'part' in fields ? { part: fields.part } : {};
    if (message instanceof Error) this.logger[level]({ err: message, ...where, ...more }, message.message);
    else if (typeof message === 'string') this.logger[level]({ ...where, ...more }, message);
    else this.logger[level]({ said: message, ...where, ...more }, 'nest');
  }
}
