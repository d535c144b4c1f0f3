import { rejected } from '@aftertone/kernel';
import type { FastifyInstance } from 'fastify';
import { pathPattern } from './path.ts';
import type { Route } from './route.ts';

/** Answers 405 with `Allow` where a path exists and only the method does not; the router knows no difference. */
export const tellMethods = (server: FastifyInstance, routes: readonly Route[]): void => {
  const patterns = routes.map(({ path, method }) => ({ pattern: pathPattern(path), method }));
  server.addHook('onRequest', async (request, reply) => {
    if (!request.is404) return;
    const path = request.url.split('?', 1)[0] ?? '';
    const methods = new Set(patterns.filter(({ pattern }) => pattern.test(path)).map(({ method }) => `${method}`));
    if (methods.size === 0) return;
    if (methods.has('GET')) methods.add('HEAD');
    void reply.header('allow', [...methods].sort().join(', '));
    throw rejected('method-not-allowed', `${request.method} is not possible here`);
  });
};
