import { lookup, Resolver } from 'node:dns/promises';

/** A DNS server gets this long, twice. */
const dnsTimeoutMs = 1_500;
const dnsTries = 2;

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** What the system may know although the DNS does not: names of its hosts file and of its search domains. */
const mayBeKnownHere = new Set(['ENOTFOUND', 'ENODATA', 'ECONNREFUSED']);

const reasonOf = (asked: PromiseSettledResult<string[]>): unknown =>
  asked.status === 'rejected' ? asked.reason : null;

/**
 * Finds the addresses of hosts. Asks the DNS directly, because the system's resolver has four threads for the whole
 * process, which a few tenants with dead name servers would hold for seconds each.
 */
export const hostResolver = (servers: readonly string[]) => {
  const dns = new Resolver({ timeout: dnsTimeoutMs, tries: dnsTries });
  if (servers.length > 0) dns.setServers(servers);
  const bySystem = async (host: string): Promise<string[]> =>
    (await lookup(host, { all: true })).map(({ address }) => address);

  return {
    /** Rejects with the DNS's error when there is none. */
    resolve: async (host: string): Promise<string[]> => {
      if (!host.includes('.')) return bySystem(host);
      const asked = await Promise.allSettled([dns.resolve4(host), dns.resolve6(host)]);
      const found = asked.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
      if (found.length > 0) return found;
      const reasons = asked.map(reasonOf);
      if (reasons.every((reason) => mayBeKnownHere.has(codeOf(reason)))) return bySystem(host);
      throw reasons.find((reason) => !mayBeKnownHere.has(codeOf(reason)));
    },
    /** Ends what is being looked up. */
    close: (): void => dns.cancel(),
  };
};
