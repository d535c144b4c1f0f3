import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { AudioFormat } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { caller, facts, later, notice, plannedAt, started } from '../deliveries/delivery.samples.ts';
import { type Delivery, type DeliveryEvent, evolve } from '../deliveries/delivery.ts';
import { type EnclosurePolicy, encloseRecording } from './enclosure.ts';

const stored = Buffer.from(Array.from({ length: 90_000 }, (_, n) => (n * 31) % 253));
const mp3 = Buffer.from(Array.from({ length: 12_000 }, (_, n) => (n * 7) % 251));
const recording = {
  mediaId: newId(),
  contentType: 'audio/wav',
  bytes: stored.length,
  sha256: createHash('sha256').update(stored).digest('hex'),
};

type Answer = (response: ServerResponse) => void;
const original: Answer = (response) => {
  response
    .writeHead(200, { 'content-type': 'audio/wav', etag: `"${recording.sha256}"`, 'accept-ranges': 'bytes' })
    .end(stored);
};
const etag = `"${recording.sha256}.mp3.8000.24"`;
const convertedHead = { 'content-type': 'audio/mpeg', etag, 'accept-ranges': 'none', 'content-length': mp3.length };
const converted: Answer = (response) => {
  response.writeHead(200, convertedHead).end(mp3);
};
const half: Answer = (response) => {
  response.writeHead(200, convertedHead).write(mp3.subarray(0, 6_000), () => response.destroy());
};
const refused =
  (status: number): Answer =>
  (response) => {
    response.writeHead(status).end();
  };

/** By the format that is asked for. */
let answers: Record<AudioFormat, Answer>;
let asked: string[];
let server: Server;
let policy: EnclosurePolicy;

beforeEach(async () => {
  answers = { original, mp3: converted, wav: converted };
  asked = [];
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://media');
    expect(pathname).toBe(`/media/${recording.mediaId}`);
    const format = (searchParams.get('format') ?? 'original') as AudioFormat;
    asked.push(format);
    answers[format](response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  policy = { mediaUrl: `http://127.0.0.1:${port}`, grantSecret: 'a secret', maxBytes: 100_000, patience: 2 };
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

interface Situation {
  format?: AudioFormat;
  n?: number;
  /** How the attempt before ended. */
  before?: string;
}

const enclose = async ({ format = 'mp3', n = 1, before }: Situation = {}) => {
  const about = { facts, notice: { ...notice, recording: { ...recording, format } }, caller, plannedAt };
  const events: DeliveryEvent[] = [{ type: 'NotificationPlanned', data: about }];
  if (before !== undefined) {
    const ended = {
      n: 1,
      endedAt: later,
      outcome: 'failed',
      detail: before,
      status: null,
      nextAttemptAt: later,
    } as const;
    events.push(started(1), { type: 'AttemptEnded', data: ended });
  }
  const delivery = events.reduce<Delivery>(evolve, { status: 'absent' });
  if (delivery.status === 'absent') throw new Error('nothing was planned');
  const sending = { tenantId: newId(), deliveryId: newId(), delivery, n };
  const { enclosure, audio } = await encloseRecording(policy, sending, AbortSignal.timeout(10_000));
  return { enclosure, contentType: audio?.contentType, content: audio && (await buffer(audio.content)) };
};

describe('a recording that is wanted in another format', () => {
  it('is attached as media-svc converts it', async () => {
    expect(await enclose()).toEqual({ enclosure: 'attached', contentType: 'audio/mpeg', content: mp3 });
    expect(asked).toEqual(['mp3']);
  });

  it('is attached as media-svc has kept it since it was converted for somebody else', async () => {
    answers.mp3 = (response) => response.writeHead(200, { ...convertedHead, 'accept-ranges': 'bytes' }).end(mp3);
    expect(await enclose()).toEqual({ enclosure: 'attached', contentType: 'audio/mpeg', content: mp3 });
  });

  it('is attached as it is stored when media-svc gives it so', async () => {
    answers.mp3 = original;
    expect(await enclose()).toEqual({ enclosure: 'attached', contentType: 'audio/wav', content: stored });
  });

  it('is attached as it is stored when it cannot be converted', async () => {
    answers.mp3 = refused(422);
    expect(await enclose()).toEqual({ enclosure: 'attached', contentType: 'audio/wav', content: stored });
    expect(asked).toEqual(['mp3', 'original']);
  });

  it('is waited for while media-svc is busy, and then attached as it is stored', async () => {
    answers.mp3 = refused(503);
    await expect(enclose()).rejects.toMatchObject({ code: 'recording-unavailable' });
    expect(await enclose({ n: 2 })).toMatchObject({ enclosure: 'attached', content: stored });
  });

  it.each<[string, Answer]>([
    ['breaks off', half],
    [
      'ends too early without a word',
      (response) => {
        const { 'content-length': _length, ...head } = convertedHead;
        response.writeHead(200, head).end(mp3.subarray(0, 6_000));
      },
    ],
  ])('is never half there: a download that %s', async (_what, answer) => {
    answers.mp3 = answer;
    await expect(enclose()).rejects.toMatchObject({ code: 'conversion-incomplete' });
  });

  it('that broke off is attached as it is stored later', async () => {
    answers.mp3 = half;
    const before = 'conversion-incomplete: the download broke off';
    expect(await enclose({ n: 2, before })).toMatchObject({ enclosure: 'attached', content: stored });
    expect(asked).toEqual(['original']);
  });

  it('may be too large as it is stored, and small enough as it is wanted', async () => {
    policy.maxBytes = 20_000;
    expect(await enclose()).toMatchObject({ enclosure: 'attached', content: mp3 });
    expect(await enclose({ format: 'original' })).toMatchObject({ enclosure: 'too-large' });
  });

  it('may be too large as it is wanted', async () => {
    answers.wav = (response) => {
      response.writeHead(200, { ...convertedHead, 'content-length': 200_000 }).write(mp3);
    };
    expect(await enclose({ format: 'wav' })).toMatchObject({ enclosure: 'attached', content: stored });
    policy.maxBytes = 20_000;
    expect(await enclose({ format: 'wav' })).toEqual({ enclosure: 'too-large', contentType: undefined, content: null });
  });

  it('is not asked for again when the mail server found the mail too large', async () => {
    expect(await enclose({ n: 2, before: '552 message too big' })).toMatchObject({ enclosure: 'too-large' });
    expect(asked).toEqual([]);
  });

  it('that is gone holds nothing up', async () => {
    answers.mp3 = refused(404);
    answers.original = refused(404);
    expect(await enclose()).toMatchObject({ enclosure: 'not-available' });
  });
});
