/** What the event store says to people; pino's loggers are one. */
export interface StoreLogger {
  info(context: object, message: string): void;
  warn(context: object, message: string): void;
  error(context: object, message: string): void;
}

export const silentLogger: StoreLogger = { info: () => undefined, warn: () => undefined, error: () => undefined };
