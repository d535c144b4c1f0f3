import type { Bus } from '@aftertone/messaging';
import type { Stoppable } from '../background/repeatedly.ts';
import { listen } from './listen.ts';

/** Where the server brings what other software says to `$JS.ACK.…`. */
const prefix = 'ack.';
const longestAnswer = 256;
/** Nothing or +ACK, -NAK, +WPI, +TERM; not +NXT, which asks for messages. */
const answer = /^$|^\+ACK$|^\+WPI$|^\+TERM|^-NAK/;

/**
 * Hands acknowledgements of other software on to JetStream; any process does. One that is lost with its process only
 * makes the message come again.
 */
export const handOnAcknowledgements = (bus: Bus): Stoppable =>
  listen(bus, `${prefix}>`, ({ subject, data }, connection) => {
    if (data.length > longestAnswer || !answer.test(Buffer.from(data).toString('latin1'))) return;
    // Without the reply subject: JetStream would answer on it, in the account where all other software listens.
    connection.publish(`$JS.ACK.${subject.slice(prefix.length)}`, data);
  });
