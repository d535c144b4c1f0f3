import type { FastifyRequest } from 'fastify';
import type { Session } from './session.ts';

const sessions = new WeakMap<FastifyRequest, Session>();

export const keepSession = (request: FastifyRequest, session: Session): void => void sessions.set(request, session);

/** The session that the access guard found. A route that is open to everybody has none, and asking there is a bug. */
export const sessionOf = (request: FastifyRequest): Session => {
  const session = sessions.get(request);
  if (session === undefined) throw new Error('A route without access asks for a session');
  return session;
};
