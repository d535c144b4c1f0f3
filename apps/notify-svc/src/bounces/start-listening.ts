import type { Log } from '@aftertone/messaging';
import type { z } from 'zod';
import type { Ground } from '../ground/ground.ts';
import { BounceDesk } from './bounce-desk.ts';
import { startBounceListener } from './bounce-listener.ts';
import { type bounceSettings, type ReturnPathConfig, returnPathOf } from './settings.ts';

interface ListeningOptions {
  config: ReturnPathConfig & { HOST: string } & Pick<BounceConfig, 'BOUNCE_PORT' | 'BOUNCE_MAX_BYTES'>;
  ground: Ground;
  log: Log;
}

type BounceConfig = z.output<z.ZodObject<typeof bounceSettings>>;

/** Takes in mails that come back, where the settings say so. A port that cannot be had is logged: the rest works. */
export const startListening = ({ config, ground, log }: ListeningOptions): { stop(): Promise<void> } => {
  const returnPath = returnPathOf(config);
  const { BOUNCE_PORT: port, BOUNCE_MAX_BYTES: maxBytes, HOST: host } = config;
  if (port === undefined) return { stop: async () => undefined };
  if (returnPath === null) {
    log.error({}, 'BOUNCE_PORT is set without MAIL_RETURN_PATH: nothing would come back there');
    return { stop: async () => undefined };
  }
  const desk = new BounceDesk({ ground, log, returnPath });
  const listening = startBounceListener({ desk, returnPath, host, port, maxBytes, log }).catch((err: unknown) => {
    log.error({ err, port }, 'returned mails cannot be taken: nothing listens on BOUNCE_PORT');
    return null;
  });
  return { stop: async () => (await listening)?.close() };
};
