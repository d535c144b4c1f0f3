import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeSecrets } from '../data-folder/secrets.ts';
import { asManifest, deploySecrets } from './deploy-secrets.ts';
import { natsAccounts } from './nats-accounts.ts';

const USAGE = `npm run -s deploy -- nats-accounts [--cell c1]            accounts and users for a NATS server's configuration
npm run -s deploy -- secrets [options]                     fresh secrets as Kubernetes manifests: kubectl create -f -
npm run -s deploy -- secrets --env-files <new folder>      the same as env files
  --namespace aftertone  --postgres postgres:5432  --postgres-options sslmode=…  --smtp-url smtp://mail:1025`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cell: { type: 'string', default: 'c1' },
    namespace: { type: 'string', default: 'aftertone' },
    'env-files': { type: 'string' },
    postgres: { type: 'string', default: 'postgres:5432' },
    'postgres-options': { type: 'string', default: '' },
    'smtp-url': { type: 'string', default: 'smtp://mail:1025' },
  },
});

function printSecrets(): void {
  const secrets = deploySecrets(makeSecrets(), {
    postgres: values.postgres,
    postgresOptions: values['postgres-options'],
    smtpUrl: values['smtp-url'],
  });
  const folder = values['env-files'];
  if (folder === undefined) {
    console.log(asManifest(secrets, values.namespace));
    return;
  }
  // Not over secrets that are there: whoever loses the key-encryption key loses what is sealed.
  mkdirSync(folder, { mode: 0o700 });
  for (const [name, entries] of Object.entries(secrets)) {
    const lines = Object.entries(entries).map(([key, value]) => `${key}=${value}\n`);
    writeFileSync(join(folder, `${name}.env`), lines.join(''), { mode: 0o600 });
  }
}

const [command] = positionals;
if (command === 'nats-accounts') process.stdout.write(`${natsAccounts(values.cell)}\n`);
else if (command === 'secrets') printSecrets();
else {
  console.error(USAGE);
  process.exitCode = 1;
}
