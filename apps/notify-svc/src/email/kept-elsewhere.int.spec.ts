import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CallContext, type CloudEvent, contractEvents, type Message } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { eventually } from '@aftertone/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeliveryDesk } from '../deliveries/delivery-desk.ts';
import { someMailbox } from '../test-support/mailbox-events.ts';
import { type Notify, startNotify } from '../test-support/notify.ts';

const archive = 'archive@example.test';
const audio = Buffer.from(Array.from({ length: 90_000 }, (_, n) => (n * 31) % 253));
const voice: Message['content'] = {
  ...{ type: 'voice', mediaId: newId(), contentType: 'audio/wav', codec: 'pcm_s16le', durationMs: 5_625 },
  ...{ bytes: audio.length, sha256: createHash('sha256').update(audio).digest('hex') },
};

let notify: Notify;
let media: Server;
/** What media-svc answers. */
let status: number;
let box: ReturnType<typeof someMailbox>;
beforeEach(async () => {
  notify = await startNotify();
  status = 200;
  media = createServer((_request, response) => {
    const head = status === 200 ? { 'content-type': 'audio/wav', 'accept-ranges': 'bytes' } : {};
    response.writeHead(status, head).end(status === 200 ? audio : '');
  });
  await once(media.listen(0, '127.0.0.1'), 'listening');
  box = someMailbox({ to: [] });
});
afterEach(async () => {
  media.close();
  await notify.close();
});

const start = (more = {}) => {
  const { port } = media.address() as AddressInfo;
  return notify.startSending({ MEDIA_URL: `http://127.0.0.1:${port}`, ...more });
};
const forward = async (content: Message['content'] = voice): Promise<CloudEvent> => {
  const created = box.messageCreated({ content });
  const data = { ...created.data, to: archive };
  const forwarding = { ...created, type: contractEvents.messageForwarding.type, data };
  await notify.tell(box.created(), forwarding);
  return forwarding;
};
const untilState = (message: CloudEvent, state: string) =>
  eventually(async () => {
    const [found] = await notify.deliveries(message);
    expect(found).toMatchObject({ channel: 'external', state });
    return found?.id ?? '';
  });
const attached = () =>
  notify.smtp.messages.map(({ mail }) => mail.attachments.map(({ content }) => Buffer.from(content as ArrayBuffer)));
const replay = (id: string) => {
  const call: CallContext = {
    ...{ tenantId: box.tenantId, correlationId: 'asked', deadline: Date.now() + 5_000 },
    actor: { kind: 'user', id: newId(), admin: true },
  };
  return new DeliveryDesk(notify.ground).replay({ id }, call);
};

describe('a message that is kept elsewhere', () => {
  it('is sent with its recording, however large that is', async () => {
    start({ NOTIFY_ATTACHMENT_MAX_BYTES: 1_000 });
    await untilState(await forward(), 'delivered');
    expect(attached()).toEqual([[audio]]);
  });

  it('is not sent without its recording to a server for which it is too large, and can be sent again', async () => {
    notify.smtp.behave({ kind: 'refuse', code: 552, at: 'data' });
    start();
    const message = await forward();
    const id = await untilState(message, 'failed');
    notify.smtp.behave({ kind: 'accept' });
    await replay(id);
    await untilState(message, 'delivered');
    expect(attached()).toEqual([[audio]]);
  });

  it('waits for media-svc, however long that is away', async () => {
    status = 503;
    start({ NOTIFY_RETRY_SECONDS: [10] });
    const message = await forward();
    await eventually(async () => expect((await notify.deliveries(message))[0]?.attempts.length).toBeGreaterThan(4));
    expect(notify.smtp.messages).toEqual([]);
    status = 200;
    await untilState(message, 'delivered');
    expect(attached()).toEqual([[audio]]);
  });

  it.each([
    [404, 'recording-gone'],
    [422, 'recording-unreadable'],
  ])('is not sent when media-svc answers %i, and says so', async (answer, code) => {
    status = answer;
    start();
    const message = await forward();
    await untilState(message, 'failed');
    const [delivery] = await notify.deliveries(message);
    expect(delivery?.attempts).toMatchObject([{ outcome: 'failed', detail: expect.stringContaining(code) }]);
    expect(notify.smtp.messages).toEqual([]);
  });

  it('goes by itself when the caller left no recording', async () => {
    start();
    await untilState(await forward({ type: 'none' }), 'delivered');
    expect(attached()).toEqual([[]]);
  });
});
