import { describe, expect, it } from 'vitest';
import { addressRules, networkOf } from './address-rules.ts';

const byDefault = addressRules([]);

it.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '192.169.0.1', '100.128.0.1', '2606:4700:4700::1111', '::ffff:8.8.8.8'])(
  'allows %s of the Internet',
  (address) => expect(byDefault(address)).toBe(true),
);

it('allows what a translator makes of an IPv4 address of the Internet', () => {
  expect(byDefault('64:ff9b::8.8.8.8')).toBe(true);
});

describe('refuses', () => {
  it.each([
    ['this host', ['127.0.0.1', '127.255.255.254', '::1', '0.0.0.0', '0.1.2.3', '::']],
    ['private networks', ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fd00::1', 'fc00::1', 'fec0::1']],
    ['links and the metadata service', ['169.254.169.254', 'fe80::1', 'fe80::1%eth0', 'fd00:ec2::254']],
    ['carriers', ['100.64.0.1', '100.127.255.255', '100.100.100.200']],
    ['groups', ['224.0.0.1', '239.255.255.255', 'ff02::1', '255.255.255.255']],
    ['IPv4 within IPv6', ['::ffff:127.0.0.1', '::ffff:a00:1', '64:ff9b::10.0.0.1', '64:ff9b::a9fe:a9fe']],
    ['other ways to tunnel', ['64:ff9b:1::1', '2002:7f00:1::', '2001:0:1::1', '::127.0.0.1', '::ffff:0:127.0.0.1']],
    ['reserved and documentation', ['192.0.2.1', '198.18.0.1', '203.0.113.9', '240.0.0.1', '2001:db8::1', '4000::1']],
    ['what is no address', ['', 'localhost', '127.0.0.1:80', '1.2.3.4.5', '[::1]']],
  ])('%s', (_what, addresses) => {
    expect(addresses.filter((address) => byDefault(address))).toEqual([]);
  });
});

it('allows networks that were named, also in IPv6 clothes, and no more', () => {
  const rules = addressRules([networkOf('10.1.0.0/16'), networkOf('fd00:1::/32')]);
  const asked = ['10.1.2.3', '::ffff:10.1.2.3', '64:ff9b::10.1.2.3', 'fd00:1::9', '10.2.0.1', 'fd00:2::1', '127.0.0.1'];
  expect(asked.filter((address) => rules(address))).toEqual(asked.slice(0, 4));
});

it('reads no network that is none', () => {
  expect(() => networkOf('10.0.0.0')).toThrow();
  expect(() => networkOf('10.0.0.0/33')).toThrow();
});
