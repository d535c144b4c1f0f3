import type { Sample } from './sample.ts';
import { name, newMailbox, type World } from './world.ts';

type Make = (world: World) => Promise<Sample>;

/** Nothing is there: what is sent to it fails, which is success for a test. */
const url = 'http://127.0.0.1:9/hook';

const body = () => ({ name: name(), url });

const ofTenant = async () => '/v1/webhooks';
const ofMailbox = async ({ admin }: World) => `/v1/mailboxes/${(await newMailbox(admin)).id}/webhooks`;

const samplesAt = (
  at: (world: World) => Promise<string>,
  of: '' | 'Mailbox',
  outside: Pick<Sample, 'foreign' | 'colleague'>,
): Readonly<Record<string, Make>> => {
  const one =
    (after = '', sent?: unknown): Make =>
    async (world) => {
      const path = await at(world);
      const { id } = await world.admin.json<{ id: string }>('POST', path, body());
      return { path: `${path}/${id}${after}`, body: sent, look: [`${path}/${id}`] };
    };
  return {
    [`list${of}Webhooks`]: async (world) => {
      const path = await at(world);
      await world.admin.json('POST', path, body());
      return { path, ...outside };
    },
    [`create${of}Webhook`]: async (world) => {
      const path = await at(world);
      const own = outside.foreign === 'none' ? { foreign: 'own' as const } : {};
      return { path, body: body(), look: [path], ...own };
    },
    [`read${of}Webhook`]: one(),
    [`change${of}Webhook`]: one('', { enabled: false }),
    [`delete${of}Webhook`]: one(),
    [`rotate${of}WebhookSecret`]: one('/rotate-secret', {}),
    [`test${of}Webhook`]: one('/test'),
    [`resume${of}Webhook`]: one('/resume'),
    [`list${of}WebhookDeliveries`]: one('/deliveries'),
  };
};

export const webhookSamples: Readonly<Record<string, Make>> = {
  ...samplesAt(ofTenant, '', { foreign: 'none' }),
  ...samplesAt(ofMailbox, 'Mailbox', {}),
};
