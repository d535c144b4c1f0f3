import type { Bus } from '@aftertone/messaging';
import type { Logger } from '@aftertone/platform';
import type { Msg } from '@nats-io/transport-node';
import type { Stoppable } from '../../background/repeatedly.ts';
import { listen } from '../listen.ts';
import type { BusLogin, BusLogins } from '../logins.ts';
import { answerTo } from './answer.ts';
import type { CalloutKeys } from './keys.ts';
import { type LoginRequest, readRequest } from './request.ts';
import { isUserOf } from './user-name.ts';

/** Subject of the server's question. */
const question = '$SYS.REQ.USER.AUTH';
const keyHeader = 'Nats-Server-Xkey';

export interface CalloutOptions {
  bus: Bus;
  /** Connection to the system account: nobody is let in whom we could not put out again. */
  system: Bus;
  keys: CalloutKeys;
  logins: BusLogins;
  logger: Logger;
}

/** Says who may log in on the bus, in any number of processes. */
export const answerLogins = (options: CalloutOptions): Stoppable =>
  listen(options.bus, question, (message) => void answer(message, options));

const answer = async (message: Msg, options: CalloutOptions): Promise<void> => {
  const { keys, logger } = options;
  try {
    const request = readRequest(message.data, message.headers?.get(keyHeader) ?? '', keys.curve);
    message.respond(await answerTo(request, await loginOf(request, options), keys));
  } catch (error) {
    // Without an answer nobody gets in.
    logger.warn({ err: error }, 'a log-in on the bus could not be answered');
  }
};

const loginOf = async (
  { user, password }: LoginRequest,
  { system, logins }: CalloutOptions,
): Promise<BusLogin | null> => {
  if (!system.isUp) return null;
  const login = await logins.byToken(password);
  return login !== null && isUserOf(user, login.tokenId) ? login : null;
};
