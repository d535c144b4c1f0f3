import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
export type Network = [Address, number];

/** Reads `10.1.0.0/16`, `fd00::/8`. Throws for anything else. */
export const networkOf = (cidr: string): Network => ipaddr.parseCIDR(cidr);

/** All of IPv6 that IANA has given out for the Internet; what lies outside is reserved or somebody's own. */
const globalIpv6 = networkOf('2000::/3');
/** RFC 6052: an IPv4 address behind a translator, as DNS64 gives it. */
const translated = networkOf('64:ff9b::/96');

/** The address that would be reached in the end: IPv4 addresses come in IPv6 clothes. */
const reached = (address: Address): Address => {
  if (address instanceof ipaddr.IPv4) return address;
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  if (address.match(translated)) return new ipaddr.IPv4(address.toByteArray().slice(-4));
  return address;
};

const isPublic = (address: Address): boolean =>
  address.range() === 'unicast' && (address instanceof ipaddr.IPv4 || address.match(globalIpv6));

const isWithin = (address: Address, network: Network): boolean =>
  network[0].kind() === address.kind() && address.match(network);

/**
 * Says which addresses may be called: those of the public Internet, and those of `allowed` networks. Everything else,
 * such as the cluster's own networks and the cloud's metadata service, is refused.
 */
export const addressRules =
  (allowed: readonly Network[]) =>
  (text: string): boolean => {
    if (!ipaddr.isValid(text)) return false;
    const address = reached(ipaddr.parse(text));
    return isPublic(address) || allowed.some((network) => isWithin(address, network));
  };

/** Whether an address, in the notation of `node:net`, may be connected to. */
export type MayConnect = ReturnType<typeof addressRules>;
