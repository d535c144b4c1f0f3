import { expect, it } from 'vitest';
import { BadSettings, readSettings } from './settings.ts';

it('has defaults for everything', () => {
  expect(readSettings([], {})).toEqual({
    port: 8080,
    dataDir: '.data',
    demo: true,
    detach: false,
    build: true,
    logLevel: 'info',
    cell: 'c1',
    otherCells: [],
    mailFrom: 'Aftertone <voicemail@aftertone.localhost>',
    natsImage: 'nats:2.12-alpine',
  });
});

it('takes the options of the command line', () => {
  const settings = readSettings(['--port', '9000', '--data-dir=/srv/a', '--no-demo', '--no-build', '--detach'], {});
  expect(settings).toMatchObject({ port: 9000, dataDir: '/srv/a', demo: false, build: false, detach: true });
});

it('takes several cells, of which the first is the own one, on built-in servers', () => {
  expect(readSettings(['--cells', 'north,south'], {})).toMatchObject({ cell: 'north', otherCells: ['south'] });
  expect(readSettings([], { AFTERTONE_CELL: 'c7' })).toMatchObject({ cell: 'c7', otherCells: [] });
  for (const cells of ['c1,', 'c1,c1', 'C1']) expect(() => readSettings(['--cells', cells], {})).toThrow(BadSettings);
  expect(() => readSettings(['--cells', 'c1,c2'], { NATS_URL: 'nats://a' })).toThrow(/built-in servers/);
  expect(readSettings(['--cells', 'c2'], { NATS_URL: 'nats://a' }).cell).toBe('c2');
});

it.each([[['--port', 'http']], [['--port', '0']], [['--port', '65536']], [['--prot', '80']], [['extra']]])(
  'refuses %j',
  (args) => {
    expect(() => readSettings(args, {})).toThrow(BadSettings);
  },
);

const DATABASES = {
  DATABASE_URL_MAILBOX: 'postgres://a',
  DATABASE_URL_MEDIA: 'postgres://b',
  DATABASE_URL_NOTIFY: 'postgres://c',
  DATABASE_URL_GATEWAY: 'postgres://d',
};

it('takes databases when all are given, and names those that are missing', () => {
  expect(readSettings([], DATABASES).databases).toEqual({
    mailbox: 'postgres://a',
    media: 'postgres://b',
    notify: 'postgres://c',
    gateway: 'postgres://d',
  });
  expect(() => readSettings([], { ...DATABASES, DATABASE_URL_MEDIA: '', DATABASE_URL_NOTIFY: '' })).toThrow(
    /DATABASE_URL_MEDIA, DATABASE_URL_NOTIFY missing/,
  );
});

it('takes a bus with a user for each service, or one for all', () => {
  const { bus } = readSettings([], {
    NATS_URL: 'nats://bus:4222',
    NATS_USER: 'all',
    NATS_PASSWORD: 'p',
    NATS_USER_MEDIA: 'media',
    NATS_PASSWORD_MEDIA: 'q',
  });
  expect(bus?.url).toBe('nats://bus:4222');
  expect(bus?.users.media).toEqual({ name: 'media', password: 'q' });
  expect(bus?.users.gateway).toEqual({ name: 'all', password: 'p' });
  expect(readSettings([], { NATS_URL: 'nats://bus:4222' }).bus?.users.admin).toBeUndefined();
});

it('hands on how other software logs in on a bus that somebody else runs', () => {
  const direct = { NATS_SUBSCRIBER_URL: 'nats://b', NATS_USERS_FILE: '/nats/users.conf', NATS_PID_FILE: '/nats/pid' };
  expect(readSettings([], { NATS_URL: 'nats://a', NATS_USER: 'me', ...direct }).bus?.directLogins).toEqual(direct);
  expect(readSettings([], { AFTERTONE_NATS_SERVER: '/opt/nats-server' })).toMatchObject({
    natsProgram: '/opt/nats-server',
  });
});
