import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { freshDatabase } from '@aftertone/testing';
import { expect, it } from 'vitest';

const services = [
  { service: 'mailbox-svc', setting: 'DATABASE_URL_MAILBOX' },
  { service: 'media-svc', setting: 'DATABASE_URL_MEDIA' },
  { service: 'notify-svc', setting: 'DATABASE_URL_NOTIFY' },
  { service: 'gateway', setting: 'DATABASE_URL_GATEWAY' },
];

const migrate = (service: string, environment: Record<string, string>): Promise<{ code: number; output: string }> =>
  new Promise((resolve) => {
    const program = fileURLToPath(new URL(`../apps/${service}/dist/migrate.js`, import.meta.url));
    execFile(
      process.execPath,
      [program],
      { env: { PATH: process.env.PATH, ...environment } },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr }),
    );
  });

it.each(services)(
  'migrates the database of $service as a program of its own, and finds nothing to do then',
  async (one) => {
    const database = await freshDatabase();
    const environment = { [one.setting]: database.url };
    const [first, second] = [await migrate(one.service, environment), await migrate(one.service, environment)];
    expect([first.code, second.code], first.output + second.output).toEqual([0, 0]);
    expect(JSON.parse(first.output).migrations.length).toBeGreaterThan(1);
    expect(JSON.parse(second.output).migrations).toEqual([]);
    await database.drop();
  },
);

it('ends with code 1 and the cause where there is no database, and with its faults where none is named', async () => {
  const refused = await migrate('mailbox-svc', { DATABASE_URL_MAILBOX: 'postgres://a:a@127.0.0.1:1/a' });
  expect(refused.code).toBe(1);
  expect(refused.output).toContain('ECONNREFUSED');
  const unnamed = await migrate('mailbox-svc', {});
  expect(unnamed).toEqual({ code: 1, output: expect.stringContaining('DATABASE_URL_MAILBOX: is missing') });
});
