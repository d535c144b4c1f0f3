import { isIP } from 'node:net';
import { invalid } from '@aftertone/kernel';
import { addressRules, type Network } from '../http-out/address-rules.ts';
import { urlFault } from '../http-out/target.ts';

export interface UrlRulesOptions {
  OUTGOING_ALLOW_HTTP: boolean;
  OUTGOING_ALLOW_NETWORKS: readonly Network[];
}

const inner = 'names an address of an inner network, which may not be called; use a public one';

/** What a URL must be in order to be kept. Where its name leads to is looked at whenever it is called. */
export class UrlRules {
  private readonly options: UrlRulesOptions;

  constructor(options: UrlRulesOptions) {
    this.options = options;
  }

  /** Throws `webhook-url-refused` (invalid). */
  check(url: string): void {
    const fault = urlFault(url, { allowHttp: this.options.OUTGOING_ALLOW_HTTP }) ?? this.addressFault(url);
    if (fault === null) return;
    throw invalid('webhook-url-refused', `The URL ${fault}.`, { errors: [{ path: 'url', message: fault }] });
  }

  private addressFault(url: string): string | null {
    const host = new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
    const mayConnect = addressRules(this.options.OUTGOING_ALLOW_NETWORKS);
    if (isIP(host) !== 0) return mayConnect(host) ? null : inner;
    const isLocal = host === 'localhost' || host.endsWith('.localhost');
    return isLocal && !mayConnect('127.0.0.1') ? inner : null;
  }
}
