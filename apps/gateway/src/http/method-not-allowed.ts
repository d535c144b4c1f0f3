import { rejected } from '@aftertone/kernel';
import type { FastifyInstance } from 'fastify';
import type { Route } from './route.ts';

const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll('.', '\\.').replaceAll('{id}', '[^/]+')}/?$`);

/** Answers 405 with `Allow` where a path exists and only the method does not; the router knows no difference. */
export const tellMethods = (server: FastifyInstance, routes: readonly Route[]): void => {
  const patterns = routes.map(({ path, method }) => ({ pattern: patternOf(path), method }));
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
