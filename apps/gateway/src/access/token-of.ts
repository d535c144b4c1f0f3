import type { IncomingHttpHeaders } from 'node:http';

/** The token of `Authorization: Bearer` or, without that, `X-Auth-Token`; empty when there is none. */
export const tokenOf = (headers: IncomingHttpHeaders): string => {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '');
  if (bearer?.[1] !== undefined) return bearer[1];
  const plain = headers['x-auth-token'];
  return typeof plain === 'string' ? plain : '';
};
