import { readFileSync } from 'node:fs';
import { newId } from '@aftertone/kernel';
import { ConfigError, parseConfig } from '@aftertone/platform';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { s3Configuration, s3Settings } from '../blobs/s3/s3-settings.ts';
import { checkStorages, choiceOf, storageSettings, storagesOf } from './settings.ts';

const schema = z.object(storageSettings).superRefine(checkStorages);
const parse = (environment: Record<string, string>) => parseConfig(schema, environment);
const faultsOf = (environment: Record<string, string>): string => {
  try {
    parse(environment);
    return '';
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.join('\n');
    throw error;
  }
};
const storages = (all: Record<string, unknown>): string => JSON.stringify(all);

it('is a folder by itself', () => {
  const config = parse({ MEDIA_STORAGE_PATH: '/recordings' });
  expect([...storagesOf(config)]).toEqual([['local', { type: 'local', path: '/recordings' }]]);
  expect(choiceOf(config)).toEqual({ usual: 'local', byTenant: new Map() });
});

it('takes every kind of storage by the names that its users know', () => {
  const tenantId = newId();
  const key = JSON.stringify({ client_email: 'media@example.test', private_key: 'k' });
  const config = parse({
    MEDIA_STORAGES: storages({
      aws: { type: 's3', vendor: 'aws', bucket: 'b', region: 'eu-west-1' },
      'min-io': { type: 's3', endpoint: 'http://minio:9000', bucket: 'b', access_key: 'a', secret_key: 's' },
      blue: { type: 'azure', bucket: 'container', access_key: 'account', secret_key: 'a2V5' },
      red: { type: 'gcp', bucket: 'b', secret_key: key, prefix: 'voicemail' },
      nas: { type: 'local', path: '/mnt/nas' },
    }),
    MEDIA_STORAGE: 'aws',
    MEDIA_TENANT_STORAGES: storages({ [tenantId]: 'blue' }),
  });
  expect([...storagesOf(config).keys()]).toEqual(['aws', 'min-io', 'blue', 'red', 'nas']);
  expect(choiceOf(config)).toEqual({ usual: 'aws', byTenant: new Map([[tenantId, 'blue']]) });
});

const guide = readFileSync(new URL('../../../../docs/media.md', import.meta.url), 'utf8');
const examples = [...guide.matchAll(/^\| (.+) \| `(\{.+\})` \|$/gm)].map(([, title = '', text = '']) => ({
  title,
  text,
}));

it('is shown by an example for each of them', () => {
  expect(examples.length).toBeGreaterThanOrEqual(11);
});

it.each(examples)('takes the example of $title, once its blanks are filled in', ({ text }) => {
  const account = ', \\"client_email\\": \\"a@b.test\\", \\"private_key\\": \\"k\\"}';
  const filled = text.replace(', …}', account).replaceAll('<key>', 'a2V5').replaceAll('<account>', 'account');
  const [name = ''] = Object.keys(JSON.parse(filled));
  expect([...storagesOf(parse({ MEDIA_STORAGES: filled, MEDIA_STORAGE: name })).keys()]).toEqual([name]);
});

it.each<[string, Record<string, string>, RegExp]>([
  ['no storage at all', {}, /^MEDIA_STORAGE_PATH: is missing$/],
  [
    'none for what is new',
    { MEDIA_STORAGES: storages({ s: { type: 's3', bucket: 'b' } }) },
    /^MEDIA_STORAGE: is missing$/,
  ],
  ['an unknown one', { MEDIA_STORAGE_PATH: '/r', MEDIA_STORAGE: 'x' }, /^MEDIA_STORAGE: "x" is none of .*local/],
  ['no JSON', { MEDIA_STORAGE_PATH: '/r', MEDIA_STORAGES: '{secret' }, /^MEDIA_STORAGES: must be JSON$/],
  [
    'one folder under two names',
    { MEDIA_STORAGE_PATH: '/r', MEDIA_STORAGES: storages({ local: { type: 'local', path: '/s' } }) },
    /"local" is the folder of MEDIA_STORAGE_PATH/,
  ],
  [
    'half of a key',
    { MEDIA_STORAGE_PATH: '/r', MEDIA_STORAGES: storages({ s: { type: 's3', bucket: 'b', access_key: 'a' } }) },
    /give access_key and secret_key, or none/,
  ],
  [
    'MinIO nowhere',
    { MEDIA_STORAGE_PATH: '/r', MEDIA_STORAGES: storages({ s: { type: 's3', vendor: 'minio', bucket: 'b' } }) },
    /minio needs an endpoint/,
  ],
  [
    'a key that is none',
    { MEDIA_STORAGE_PATH: '/r', MEDIA_STORAGES: storages({ g: { type: 'gcp', bucket: 'b', secret_key: 'hush' } }) },
    /must be the JSON key of a service account/,
  ],
  [
    'a word too many',
    { MEDIA_STORAGE_PATH: '/r', MEDIA_STORAGES: storages({ g: { type: 'gcp', bucket: 'b', buckets: 'x' } }) },
    /buckets/,
  ],
  [
    'a tenant nowhere',
    { MEDIA_STORAGE_PATH: '/r', MEDIA_TENANT_STORAGES: storages({ [newId()]: 'x' }) },
    /^MEDIA_TENANT_STORAGES: "x" is none/,
  ],
])('refuses %s', (_what, environment, fault) => {
  const faults = faultsOf(environment);
  expect(faults).toMatch(fault);
  expect(faults).not.toMatch(/hush|\{secret/);
});

it.each([
  [{ vendor: 'aws', region: 'eu-west-1' }, undefined, false],
  [{ endpoint: 'http://minio:9000' }, 'http://minio:9000', true],
  [{ vendor: 'minio', endpoint: 'http://minio:9000' }, 'http://minio:9000', true],
  [{ vendor: 'aliyun', region: 'cn-hangzhou' }, 'https://s3.oss-cn-hangzhou.aliyuncs.com', false],
  [{ vendor: 'tencent', region: 'ap-guangzhou' }, 'https://cos.ap-guangzhou.myqcloud.com', false],
  [{ vendor: 'digitalocean', region: 'ams3' }, 'https://ams3.digitaloceanspaces.com', false],
  [{ endpoint: 'https://s3.example.test', path_style: false }, 'https://s3.example.test', false],
])('asks %j at %s', (settings, endpoint, forcePathStyle) => {
  const configuration = s3Configuration(
    s3Settings.parse({ type: 's3', bucket: 'b', access_key: 'a', secret_key: 's', ...settings }),
  );
  expect(configuration.endpoint).toBe(endpoint);
  expect(configuration.forcePathStyle).toBe(forcePathStyle);
  // Others than AWS refuse the SDK's own checksums.
  expect(configuration.requestChecksumCalculation).toBe(endpoint === undefined ? undefined : 'WHEN_REQUIRED');
});
