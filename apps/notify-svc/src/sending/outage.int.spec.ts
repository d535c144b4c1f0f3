import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newId } from '@aftertone/kernel';
import { eventually, startPostgres } from '@aftertone/testing';
import { expect, it } from 'vitest';
import { someMailbox } from '../test-support/mailbox-events.ts';
import { startNotify } from '../test-support/notify.ts';

const audio = Buffer.alloc(1000, 7);
const voice = {
  type: 'voice' as const,
  mediaId: newId(),
  contentType: 'audio/wav' as const,
  codec: 'pcm_alaw',
  durationMs: 125,
  bytes: audio.length,
  sha256: createHash('sha256').update(audio).digest('hex'),
};

it('records what it sent while the database was away, and sends it once', async () => {
  const postgres = await startPostgres({ durable: true });
  const notify = await startNotify(postgres.url);
  // The attempt is held up between its start, which is recorded, and the mail.
  const asked: ServerResponse[] = [];
  const media = createServer((_request, response) => asked.push(response)).listen(0, '127.0.0.1');
  await once(media, 'listening');
  const mediaUrl = `http://127.0.0.1:${(media.address() as AddressInfo).port}`;

  const box = someMailbox({ to: ['anna@example.test'], attachAudio: true });
  const message = box.messageCreated({ content: voice });
  await notify.tell(box.created(), message);
  notify.startSending({ MEDIA_URL: mediaUrl });
  await eventually(() => expect(asked).toHaveLength(1));
  await postgres.kill();
  asked[0]?.end(audio);
  await eventually(() => expect(notify.smtp.messages).toHaveLength(1));
  await postgres.start();

  const [delivered] = await eventually(async () => {
    const found = await notify.deliveries(message);
    expect(found).toMatchObject([{ state: 'delivered' }]);
    return found;
  });
  expect(delivered?.attempts.map(({ outcome }) => outcome)).toEqual(['delivered']);
  expect(notify.smtp.messages).toHaveLength(1);
  media.close();
  await notify.close();
  await postgres.remove();
});
