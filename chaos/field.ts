import { eventStreamName, type Mailbox, type Webhook } from '@aftertone/contracts';
import { FIRST_TENANT, SERVICES, waitFor } from '@aftertone/local';
import { BusRecorder } from './bus/bus-recorder.ts';
import { CELL, connectAsAdmin } from './bus/connect-as-admin.ts';
import { RawRecorder } from './bus/raw-recorder.ts';
import { Bucket } from './installation/bucket.ts';
import { Installation } from './installation/installation.ts';
import { Api } from './load/api.ts';
import { MailSink } from './sinks/mail-sink.ts';
import { WebhookSink } from './sinks/webhook-sink.ts';

export interface FieldOptions {
  /** Folder of the installation's data. */
  folder: string;
  env?: Readonly<Record<string, string>>;
  postgres?: Readonly<Record<string, string>>;
  /** Processes of each service; 1 unless told. */
  replicas?: number;
  /** Folder of the checkout whose programs run at first; this one unless told. */
  workspace?: string;
  /** New recordings go to a bucket; into a folder unless told. */
  bucket?: boolean;
}

/** An installation with everybody around it: callers, owners, a subscriber, servers that people are told over. */
export interface Field {
  installation: Installation;
  /** As the administrator. */
  api: Api;
  tenantId: string;
  mailboxIds: string[];
  /** Events that were put on the bus from outside, by the names that dead letters know them by. */
  poison: Set<string>;
  mail: MailSink;
  webhooks: WebhookSink;
  bus: BusRecorder;
  /** What the streams hold, repeats and all. */
  raw: RawRecorder;
  bucket: Bucket | undefined;
  /** What is to be undone when everything has stopped, such as a mount. */
  atEnd: (() => Promise<void>)[];
  close(): Promise<void>;
}

const MAILBOXES = 4;
const UNLIMITED = { maxMessages: null, maxTotalSeconds: null, maxMessageSeconds: null };
/** What fails is tried again soon and in the end for as long as it takes, so that recoveries can be timed. */
const PATIENT = {
  NOTIFY_RETRY_SECONDS: '1,2,5',
  NOTIFY_WEBHOOK_RETRY_SECONDS: '1,2,5',
};

export async function openField({
  env = {},
  postgres = {},
  replicas = 1,
  bucket: hasBucket = false,
  ...rest
}: FieldOptions): Promise<Field> {
  const bucket = hasBucket ? await Bucket.start() : undefined;
  const [mail, webhooks] = await Promise.all([MailSink.start(), WebhookSink.start()]);
  const closeSinks = async (): Promise<void> =>
    void (await Promise.all([mail.close(), webhooks.close(), bucket?.close()]));
  const settings = { ...PATIENT, ...bucket?.environment, ...env };
  const options = { ...rest, smtpUrl: mail.url, env: settings, postgres, replicas };
  const installation = await Installation.start(options).catch(async (error: unknown) => {
    await closeSinks();
    throw error;
  });
  try {
    const { api, tenantId } = await logIn(installation);
    const mailboxIds = await Promise.all(
      Array.from({ length: MAILBOXES }, async (_, n) => {
        const body = { number: String(2000 + n), name: `Box ${n}`, quota: UNLIMITED };
        const notify = { email: { to: [`box${n}@chaos.localhost`] } };
        return (await api.must<Mailbox>('POST', '/v1/mailboxes', { ...body, notify })).id;
      }),
    );
    const events = ['message_created', 'message_updated', 'message_deleted'];
    await api.must<Webhook>('POST', '/v1/webhooks', { name: 'Sink', url: `${webhooks.url}/hook`, events });
    const bus = BusRecorder.start(installation.url, api.token ?? '');
    const streams = SERVICES.map((service) => eventStreamName(CELL, service));
    const raw = RawRecorder.start(await connectAsAdmin(installation), streams);
    const close = async (): Promise<void> => {
      await bus.close();
      await raw.close();
      await installation.stop();
      for (const undo of atEnd) await undo();
      await closeSinks();
    };
    const atEnd: Field['atEnd'] = [];
    const around = { poison: new Set<string>(), mail, webhooks, bus, raw, bucket };
    return { installation, api, tenantId, mailboxIds, atEnd, ...around, close };
  } catch (error) {
    await installation.stop();
    await closeSinks();
    throw error;
  }
}

/** The gateway makes the first tenant a moment after it serves. Wrong log-ins are counted: few tries. */
async function logIn({ url, secrets }: Installation): Promise<{ api: Api; tenantId: string }> {
  const { tenant, administrator: username } = FIRST_TENANT;
  const body = { tenant, username, password: secrets.administrator };
  const visitor = new Api(url);
  const ask = () => visitor.must<{ token: string; tenantId: string }>('POST', '/v1/tokens', body);
  const { token, tenantId } = await waitFor('the first log-in', ask, { timeoutMs: 60_000, everyMs: 1_000 });
  return { api: new Api(url, token), tenantId };
}
