import type { MessageItem } from '@aftertone/contracts';
import { Client } from '../client.ts';
import { wav } from '../wav.ts';
import type { Sample } from './sample.ts';
import { name, newMailbox, newMessage, newUser, type World } from './world.ts';

type Make = (world: World) => Promise<Sample>;

const box =
  (path = '', body?: unknown): Make =>
  async ({ admin }) => {
    const { id } = await newMailbox(admin);
    const at = `/v1/mailboxes/${id}`;
    return { path: `${at}${path}`, body, look: [at, `${at}/members`, `${at}/messages`, `${at}/counts`] };
  };

const memberSample =
  (body?: unknown): Make =>
  async ({ admin }) => {
    const { id } = await newMailbox(admin);
    const user = await newUser(admin);
    const path = `/v1/mailboxes/${id}/members/${user.id}`;
    await admin.json('PUT', path, { role: 'reader' });
    const foreign = body === undefined ? 'refused' : 'unknown';
    return { path, body, look: [`/v1/mailboxes/${id}/members`], foreign };
  };

const message =
  (
    path = '',
    body?: unknown,
    before: (world: World, message: MessageItem) => Promise<unknown> = async () => undefined,
  ): Make =>
  async (world) => {
    const made = await newMessage(world.admin);
    const { id, mailboxId } = made;
    await before(world, made);
    const at = `/v1/messages/${id}`;
    const look = [at, `${at}/history`, `/v1/mailboxes/${mailboxId}/messages`, `/v1/mailboxes/${mailboxId}/counts`];
    return { path: `${at}${path}`, body, look };
  };

const target =
  (path: string): Make =>
  async (world) => {
    const { id: mailboxId } = await newMailbox(world.admin);
    const sample = await message(path, { mailboxId })(world);
    return { ...sample, look: [...(sample.look ?? []), `/v1/mailboxes/${mailboxId}/messages`] };
  };

const pin = '4711';

export const mailboxSamples: Readonly<Record<string, Make>> = {
  listMailboxes: async ({ admin }) => {
    await newMailbox(admin);
    return { path: '/v1/mailboxes', colleague: 'none', foreign: 'none' };
  },
  createMailbox: async () => ({
    path: '/v1/mailboxes',
    body: { number: `78${Date.now()}`, name: name() },
    look: ['/v1/mailboxes?limit=200'],
    foreign: 'own',
  }),
  readMailbox: box(),
  changeMailbox: box('', { name: 'changed' }),
  closeMailbox: box(),
  readCounts: box('/counts'),
  setPin: box('/pin', { pin }),
  removePin: async (world) => {
    const sample = await box('/pin')(world);
    await world.admin.send('PUT', sample.path, { pin });
    return sample;
  },
  verifyPin: async (world) => {
    const { path, look = [] } = await box('/pin')(world);
    await world.admin.send('PUT', path, { pin });
    return { path: `${path}/verify`, body: { pin }, look };
  },
  listMembers: box('/members'),
  setMember: memberSample({ role: 'agent' }),
  removeMember: memberSample(),
  listMailboxMessages: box('/messages'),
  depositMessage: async (world) => {
    const sample = await box('/messages')(world);
    const id = sample.path.split('/')[3] ?? '';
    return { ...sample, send: (client) => client.deposit(id, { metadata: { callerName: name() }, audio: wav(1) }) };
  },
  listMessages: async ({ admin }) => {
    await newMessage(admin);
    return { path: '/v1/messages', colleague: 'none', foreign: 'none' };
  },
  readMessage: message(),
  changeMessage: message('', { heard: true }),
  deleteMessage: message(),
  restoreMessage: message('/restore', undefined, ({ admin }, { id }) => admin.send('DELETE', `/v1/messages/${id}`)),
  moveMessage: target('/move'),
  copyMessage: target('/copy'),
  batchMessages: async (world) => {
    const { path, look = [] } = await message()(world);
    const body = { ids: [path.split('/')[3]], run: { action: 'delete' } };
    return { path: '/v1/messages/batch', body, look, colleague: 'none', foreign: 'none' };
  },
  readHistory: message('/history'),
  claimMessage: message('/claim', {}),
  assignMessage: async (world) => {
    const { id: userId } = await newUser(world.admin);
    const join = ({ admin }: World, { mailboxId }: MessageItem) =>
      admin.json('PUT', `/v1/mailboxes/${mailboxId}/members/${userId}`, { role: 'reader' });
    return { ...(await message('/assign', { userId }, join)(world)), foreign: 'unknown' };
  },
  releaseMessage: message('/release', undefined, ({ admin }, { id }) =>
    admin.send('POST', `/v1/messages/${id}/claim`, {}),
  ),
  finishMessage: message('/done'),
  attachAudio: async ({ admin }) => {
    const { id: mailboxId } = await newMailbox(admin);
    const { id } = await admin.leave(mailboxId, { metadata: { callerName: name() } });
    const path = `/v1/messages/${id}/audio`;
    const send = (client: Client) => client.upload('PUT', path, wav(1));
    return { path, send, look: [`/v1/messages/${id}`] };
  },
  readAudio: message('/audio'),
  listDeliveries: message('/deliveries'),
  holdMailbox: box('/legal-hold', { reason: 'case 1' }),
  endMailboxHold: async (world) => {
    const sample = await box('/legal-hold')(world);
    await world.admin.json('PUT', sample.path, {});
    return sample;
  },
  holdMessage: message('/legal-hold', { reason: 'case 1' }),
  endMessageHold: message('/legal-hold', undefined, ({ admin }, { id }) =>
    admin.json('PUT', `/v1/messages/${id}/legal-hold`, {}),
  ),
  previewRetention: box('/retention/preview'),
  readEscalation: message('/escalation'),
  acknowledgeMessage: message('/acknowledge'),
};
