import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError, parseConfig } from './load-config.ts';
import { busSettings, databaseUrl, grantSettings, keySettings, linkSettings, serverSettings } from './settings.ts';

const schema = z.object({ ...serverSettings, ...busSettings, ...keySettings, DATABASE_URL_NOTIFY: databaseUrl });
const key = Buffer.alloc(32, 7).toString('base64');
const complete = {
  PORT: '8081',
  NATS_URL: 'nats://127.0.0.1:4222',
  AFTERTONE_KEK: key,
  DATABASE_URL_NOTIFY: 'postgres://u:p@127.0.0.1/notify',
};

const faultsOf = (environment: Record<string, string>): readonly string[] => {
  try {
    parseConfig(schema, environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
};

describe('the configuration of a service', () => {
  it('is typed, with defaults, and takes an empty value for an absent one', () => {
    expect(parseConfig(schema, { ...complete, LOG_LEVEL: '', NATS_USER: ' ', UNRELATED: 'x' })).toEqual({
      HOST: '0.0.0.0',
      PORT: 8081,
      LOG_LEVEL: 'info',
      SHUTDOWN_DRAIN_MS: 0,
      SHUTDOWN_GRACE_MS: 10_000,
      AFTERTONE_CELL: 'c1',
      NATS_URL: 'nats://127.0.0.1:4222',
      NATS_REPLICAS: 1,
      AFTERTONE_KEK: key,
      AFTERTONE_KEK_PREVIOUS: [],
      DATABASE_URL_NOTIFY: 'postgres://u:p@127.0.0.1/notify',
    });
    expect(
      parseConfig(schema, { ...complete, AFTERTONE_KEK_PREVIOUS: `${key}, ${key}` }).AFTERTONE_KEK_PREVIOUS,
    ).toEqual([key, key]);
  });

  it('names every fault together, and never what was given', () => {
    const faults = faultsOf({
      PORT: '80 80',
      LOG_LEVEL: 'loud',
      AFTERTONE_CELL: 'No.1',
      AFTERTONE_KEK: 'c2VjcmV0',
      DATABASE_URL_NOTIFY: 'mysql://root:secret@db/x',
    });
    expect(faults.map((fault) => fault.split(':')[0]).sort()).toEqual([
      'AFTERTONE_CELL',
      'AFTERTONE_KEK',
      'DATABASE_URL_NOTIFY',
      'LOG_LEVEL',
      'NATS_URL',
      'PORT',
    ]);
    expect(faults).toContain('NATS_URL: is missing');
    expect(faults).toContain('AFTERTONE_KEK: must be 32 bytes in base64');
    expect(faults.join()).not.toContain('secret');
    expect(faults.join()).not.toContain('c2VjcmV0');
  });

  it('refuses a short secret', () => {
    const grants = z.object(grantSettings);
    expect(() => parseConfig(grants, { MEDIA_GRANT_SECRET: 'x'.repeat(31) })).toThrow(
      'MEDIA_GRANT_SECRET: must have at least 32 characters',
    );
    expect(parseConfig(grants, { MEDIA_GRANT_SECRET: 'x'.repeat(32) }).MEDIA_GRANT_SECRET).toHaveLength(32);
  });

  it('takes earlier secrets of links, each as long as the one of today', () => {
    const links = z.object(linkSettings);
    const secret = 'x'.repeat(32);
    expect(parseConfig(links, { LINK_SECRET: secret }).LINK_SECRET_PREVIOUS).toEqual([]);
    const given = { LINK_SECRET: secret, LINK_SECRET_PREVIOUS: `${secret}, ${secret}y` };
    expect(parseConfig(links, given).LINK_SECRET_PREVIOUS).toEqual([secret, `${secret}y`]);
    expect(() => parseConfig(links, { LINK_SECRET: secret, LINK_SECRET_PREVIOUS: `${secret},short` })).toThrow(
      'must have at least 32 characters',
    );
  });

  it('refuses ports that cannot be', () => {
    for (const PORT of ['-1', '65536', '1e3', '0x10']) expect(faultsOf({ ...complete, PORT })).toHaveLength(1);
    expect(faultsOf({ ...complete, PORT: '0' })).toEqual([]);
  });
});
