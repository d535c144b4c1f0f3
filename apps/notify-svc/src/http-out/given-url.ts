import { isIP } from 'node:net';
import type { MayConnect } from './address-rules.ts';
import { urlFault } from './target.ts';

/** What URLs that somebody gives us must keep to. */
export interface UrlRules {
  mayConnect: MayConnect;
  allowHttp: boolean;
}

/**
 * What is wrong with a URL that is given now and called later, to be told to who gives it; null when nothing is. A name
 * is looked up with every call, so that it is no use to change what it stands for.
 */
export const givenUrlFault = (url: string, { mayConnect, allowHttp }: UrlRules): string | null => {
  const fault = urlFault(url, { allowHttp });
  if (fault !== null) return fault;
  const host = new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(host) !== 0 && !mayConnect(host) ? 'must not lead into an inner network' : null;
};
