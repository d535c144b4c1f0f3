import type { Delivery, DeliveryReplay } from '@aftertone/contracts';
import { eventually } from '@aftertone/testing';
import type { Client } from '../client.ts';
import type { Sample } from './sample.ts';
import { newMailbox, newMessage, type World } from './world.ts';

type Make = (world: World) => Promise<Sample>;

const path = '/v1/deliveries';
const failed = { state: 'failed', recipient: 'nobody@example.org' };

const delivered = async ({ admin }: World): Promise<string> => {
  const { id } = await newMessage(admin);
  // Webhooks of the tenant may be told of it, too, and take their time.
  const delivery = await eventually(async () => {
    const { items } = await admin.json<{ items: Delivery[] }>('GET', `/v1/messages/${id}/deliveries`);
    const lamps = items.find(({ channel, state }) => channel === 'mwi' && state === 'delivered');
    if (lamps === undefined) throw new Error('the lamps have not been told yet');
    return lamps;
  });
  return `${path}/${delivery.id}`;
};

export const deliverySamples: Readonly<Record<string, Make>> = {
  findDeliveries: async (world) => {
    await delivered(world);
    return { path, foreign: 'none' };
  },
  readDelivery: async (world) => ({ path: await delivered(world) }),
  // Nothing fails here: whoever may do it hears that it has arrived.
  replayDelivery: async (world) => {
    const at = await delivered(world);
    return { path: `${at}/replay`, body: {}, look: [at], status: 422 };
  },
  replayDeliveries: async () => ({ path: `${path}/replay`, body: failed, foreign: 'own' }),
  readDeliveryReplay: async ({ admin }) => {
    const { id } = await admin.json<DeliveryReplay>('POST', `${path}/replay`, failed);
    return { path: `${path}/replays/${id}` };
  },
  previewNotifications: async ({ admin }) => {
    const { id } = await newMailbox(admin);
    return { path: `/v1/mailboxes/${id}/notifications/preview`, body: {} };
  },
  // It came to no address of ours: nothing follows from it.
  recordBounce: async () => {
    const send = ({ url, token }: Client) =>
      fetch(`${url}/v1/bounces`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'message/rfc822' },
        body: 'Subject: Undelivered Mail\r\n\r\nIt came back.\r\n',
      });
    return { path: '/v1/bounces', send, foreign: 'none' };
  },
};
