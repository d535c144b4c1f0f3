import { createAccount, createCurve } from '@nats-io/nkeys';
import { describe, expect, it } from 'vitest';
import { configSchema } from '../config.ts';
import { settingsIn } from './cell-settings.ts';

const own = {
  PORT: '0',
  AFTERTONE_KEK: Buffer.alloc(32, 7).toString('base64'),
  DATABASE_URL_GATEWAY: 'postgres://gateway@127.0.0.1/gateway',
  NATS_URL: 'nats://one:4222',
  NATS_USER: 'gateway',
  NATS_PASSWORD: 'of-one',
  MEDIA_URL: 'http://media-one:8080',
  MEDIA_GRANT_SECRET: 'm'.repeat(32),
  LINK_SECRET: 'l'.repeat(32),
  PUBLIC_URL: 'https://voicemail.example',
};
const two = { NATS_URL: 'nats://two:4222', MEDIA_URL: 'http://media-two:8080' };
const parse = (cells: unknown, more: Record<string, string> = {}) =>
  configSchema.safeParse({
    ...own,
    ...more,
    ...(cells === undefined ? {} : { AFTERTONE_CELLS: JSON.stringify(cells) }),
  });
const faults = (cells: unknown, more?: Record<string, string>) =>
  parse(cells, more).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

const seed = (key: { getSeed(): Uint8Array }): string => new TextDecoder().decode(key.getSeed());
const callout = {
  NATS_SUBSCRIBER_URL: 'nats://two.example',
  NATS_CALLOUT_SEED: seed(createAccount()),
  NATS_CALLOUT_CURVE_SEED: seed(createCurve()),
  NATS_SYSTEM_USER: 'gateway-system',
  NATS_SYSTEM_PASSWORD: 'x',
};

describe('the settings of a cell', () => {
  it('are none unless given', () => {
    expect(parse(undefined).data?.AFTERTONE_CELLS).toEqual({});
  });

  it('are as the own ones where they say nothing, but for who else may log in', () => {
    const config = parse({ c2: { ...two, NATS_PASSWORD: 'of-two', NATS_REPLICAS: '3' } }, callout).data;
    if (config === undefined) throw new Error('it was refused');
    expect(settingsIn(config, 'c2', config.AFTERTONE_CELLS.c2 ?? two)).toMatchObject({
      ...two,
      AFTERTONE_CELL: 'c2',
      NATS_USER: 'gateway',
      NATS_PASSWORD: 'of-two',
      NATS_REPLICAS: 3,
      MEDIA_GRANT_SECRET: own.MEDIA_GRANT_SECRET,
      NATS_SUBSCRIBER_URL: undefined,
      NATS_CALLOUT_SEED: undefined,
      NATS_SYSTEM_USER: undefined,
    });
  });

  it('are refused with what is wrong about them', () => {
    expect(faults({ c1: two })).toEqual([expect.stringContaining('AFTERTONE_CELLS: has the gateway')]);
    expect(faults({ c2: { NATS_URL: two.NATS_URL } })).toEqual([
      expect.stringContaining('AFTERTONE_CELLS.c2.MEDIA_URL'),
    ]);
    expect(faults({ c2: { ...two, PORT: '1' } })).toEqual([expect.stringContaining('"PORT"')]);
    expect(faults({ 'No.2': two })).toEqual([expect.stringContaining('AFTERTONE_CELLS')]);
    expect(faults({ c2: { ...two, NATS_REPLICAS: 'many' } })).toEqual([expect.stringContaining('c2.NATS_REPLICAS')]);
    expect(configSchema.safeParse({ ...own, AFTERTONE_CELLS: 'c2' }).error?.issues).toMatchObject([
      { path: ['AFTERTONE_CELLS'], message: 'must be a JSON object with an entry for each cell' },
    ]);
  });

  it('have one whole way in for other software, or none', () => {
    expect(faults({ c2: { ...two, ...callout } })).toEqual([]);
    const { NATS_CALLOUT_SEED: _, ...part } = callout;
    expect(faults({ c2: { ...two, ...part } })).toEqual([
      expect.stringContaining('c2.NATS_SUBSCRIBER_URL: goes together'),
    ]);
  });
});
