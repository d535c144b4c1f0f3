import type { Secrets } from '../data-folder/secrets.ts';
import { calloutKeys } from '../supervisor/bus-access.ts';
import { NATS_VARIABLES } from './nats-accounts.ts';

export interface DeployServers {
  /** `host:port` of Postgres. */
  postgres: string;
  /** What follows the `?` of the databases' URLs, such as `sslmode=verify-full`; may be empty. */
  postgresOptions: string;
  smtpUrl: string;
}

/** Values by name of the environment variable, by name of the Kubernetes Secret or of the env file. */
export type DeploySecrets = Record<string, Record<string, string>>;

/** Everything secret of an installation, each part with only what it needs. */
export function deploySecrets(secrets: Secrets, servers: DeployServers): DeploySecrets {
  const databaseUrl = (name: keyof Secrets['databases']): string => {
    const url = new URL(`postgres://${servers.postgres}/${name}`);
    url.username = name;
    url.password = secrets.databases[name];
    url.search = servers.postgresOptions;
    return url.href;
  };
  const keys = calloutKeys(secrets);
  // The server takes a value that begins with a digit for a number.
  const bus = Object.fromEntries(Object.entries(secrets.bus).map(([name, password]) => [name, `p${password}`]));
  const busSystem = `p${secrets.busSystem}`;
  return {
    'aftertone-shared': {
      AFTERTONE_KEK: secrets.kek,
      MEDIA_GRANT_SECRET: secrets.mediaGrant,
      LINK_SECRET: secrets.link,
    },
    'aftertone-mailbox': { DATABASE_URL_MAILBOX: databaseUrl('mailbox'), NATS_PASSWORD: bus.mailbox ?? '' },
    'aftertone-media': { DATABASE_URL_MEDIA: databaseUrl('media'), NATS_PASSWORD: bus.media ?? '' },
    'aftertone-notify': {
      DATABASE_URL_NOTIFY: databaseUrl('notify'),
      NATS_PASSWORD: bus.notify ?? '',
      SMTP_URL: servers.smtpUrl,
      VAPID_PUBLIC_KEY: secrets.vapid.publicKey,
      VAPID_PRIVATE_KEY: secrets.vapid.privateKey,
    },
    'aftertone-gateway': {
      DATABASE_URL_GATEWAY: databaseUrl('gateway'),
      NATS_PASSWORD: bus.gateway ?? '',
      NATS_CALLOUT_SEED: secrets.calloutSeed,
      NATS_CALLOUT_CURVE_SEED: secrets.calloutCurveSeed,
      NATS_SYSTEM_PASSWORD: busSystem,
      BOOTSTRAP_ADMIN_PASSWORD: secrets.administrator,
    },
    'aftertone-nats': {
      ...Object.fromEntries(Object.entries(bus).map(([name, value]) => [`NATS_PASSWORD_${name.toUpperCase()}`, value])),
      [NATS_VARIABLES.system]: busSystem,
      [NATS_VARIABLES.issuer]: keys.issuer,
      [NATS_VARIABLES.curve]: keys.curve,
    },
    'aftertone-postgres': {
      POSTGRES_PASSWORD: secrets.postgres,
      ...Object.fromEntries(
        Object.entries(secrets.databases).map(([name, value]) => [`DATABASE_PASSWORD_${name.toUpperCase()}`, value]),
      ),
    },
  };
}

/** Kubernetes Secrets, as `kubectl create -f -` takes them. */
export function asManifest(secrets: DeploySecrets, namespace: string): string {
  const items = Object.entries(secrets).map(([name, stringData]) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, labels: { 'app.kubernetes.io/part-of': 'aftertone' } },
    type: 'Opaque',
    stringData,
  }));
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, undefined, 2);
}
