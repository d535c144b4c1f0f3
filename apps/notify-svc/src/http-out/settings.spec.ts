import { parseConfig } from '@aftertone/platform';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { networkOf } from './address-rules.ts';
import { outgoingSettings } from './settings.ts';

const schema = z.object(outgoingSettings);

it('allows the Internet by https only, unless told otherwise', () => {
  expect(parseConfig(schema, {})).toMatchObject({
    OUTGOING_ALLOW_NETWORKS: [],
    OUTGOING_ALLOW_HTTP: false,
    OUTGOING_TIMEOUT_MS: 5_000,
  });
  const given = { OUTGOING_ALLOW_NETWORKS: '127.0.0.0/8, fd00::/8', OUTGOING_ALLOW_HTTP: 'true' };
  expect(parseConfig(schema, given)).toMatchObject({
    OUTGOING_ALLOW_NETWORKS: [networkOf('127.0.0.0/8'), networkOf('fd00::/8')],
    OUTGOING_ALLOW_HTTP: true,
  });
});

it.each(['10.0.0.0', '10.0.0.0/33', 'inner', '10.0.0.0/8;11.0.0.0/8'])('refuses %s for networks', (networks) => {
  expect(() => parseConfig(schema, { OUTGOING_ALLOW_NETWORKS: networks })).toThrow(/OUTGOING_ALLOW_NETWORKS/);
});
