import type { FastifyReply } from 'fastify';

/** Far less than the ten seconds for which a gateway waits for something to move. */
const usualMs = 2_000;

/** While `work` goes on, says so (102, RFC 2518, section 10.1): whoever waits knows that the answer is being made. */
export const stillWorking = async <T>(reply: FastifyReply, work: Promise<T>, everyMs = usualMs): Promise<T> => {
  const timer = setInterval(() => {
    if (reply.raw.writable) reply.raw.writeProcessing();
  }, everyMs);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
};
