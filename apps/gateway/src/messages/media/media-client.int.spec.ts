import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http, { type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough, Readable, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { newId } from '@aftertone/kernel';
import { type GrantVerb, problemContentType, problemOf, verifyGrant } from '@aftertone/platform';
import { eventually, freePort } from '@aftertone/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { type AudioAnswer, MediaClient } from './media-client.ts';

const secret = randomBytes(32).toString('base64');
const target = { tenantId: newId(), mediaId: newId(), correlationId: 'call-7' };
const upload = { ...target, maxSeconds: 60 };
const facts = {
  mediaId: target.mediaId,
  contentType: 'audio/wav',
  codec: 'pcm_s16le',
  durationMs: 500,
  bytes: 8_044,
  sha256: 'a'.repeat(64),
  storedAt: '2026-03-01T09:00:00.000Z',
} as const;
const never = new AbortController().signal;

/** The other end of the wire; what it does with a request is up to the test. */
let server: Server | undefined;

const clientOf = async (answer: RequestListener, timeoutMs = 2_000): Promise<MediaClient> => {
  server = http.createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return new MediaClient({ url: `http://127.0.0.1:${port}`, secret, timeoutMs });
};

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

const grantOf = (request: IncomingMessage, verb: GrantVerb) =>
  verifyGrant(/^Grant (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '', secret, verb);

const refuse = (response: ServerResponse, status: number, code: string): void => {
  const problem = { ...problemOf(new Error(code), 'call-7'), status, code, detail: `It is ${code}` };
  response.writeHead(status, { 'content-type': problemContentType }).end(JSON.stringify(problem));
};

/** Longer than the client waits for something to come. */
const beAtWork = async (response: ServerResponse): Promise<void> => {
  for (let n = 0; n < 5; n += 1) {
    response.writeProcessing();
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  response.writeProcessing();
};

describe('storing', () => {
  it('streams the audio with a grant for just that, and gives back the facts', async () => {
    const audio = randomBytes(300_000);
    const got: unknown[] = [];
    const media = await clientOf(async (request, response) => {
      got.push(request.method, request.url, request.headers['x-correlation-id'], grantOf(request, 'put'));
      got.push((await buffer(request)).equals(audio));
      response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ ...facts, peaks: [1, 2] }));
    });
    expect(await media.store(upload, Readable.from([audio.subarray(0, 7), audio.subarray(7)]), never)).toEqual(facts);
    const { tenantId, mediaId } = target;
    const grant = { tenantId, mediaId, verb: 'put', maxSeconds: 60, expiresAt: expect.any(Number) };
    expect(got).toEqual(['PUT', `/media/${mediaId}`, 'call-7', grant, true]);
  });

  it('stops at a refusal that comes before the end, and passes it on', async () => {
    const media = await clientOf((request, response) => {
      request.once('data', () => refuse(response, 415, 'audio-not-recognised'));
    });
    const endless = new Readable({ read: () => undefined });
    endless.push('this is no audio');
    await expect(media.store(upload, endless, never)).rejects.toMatchObject({
      code: 'audio-not-recognised',
      kind: 'invalid',
      message: 'It is audio-not-recognised',
    });
    endless.destroy();
  });

  it.each([
    [413, 'audio-too-large', 'rejected'],
    [422, 'audio-too-long', 'rejected'],
    [507, 'storage-full', 'unavailable'],
    [403, 'grant-invalid', 'unavailable'],
  ])('passes %i %s on as %s; grants are nobody else business', async (status, code, kind) => {
    const media = await clientOf((request, response) => {
      request.resume().once('end', () => refuse(response, status, code));
    });
    await expect(media.store(upload, Readable.from(['x']), never)).rejects.toMatchObject({
      kind,
      code: code.startsWith('grant') ? 'service-unavailable' : code,
    });
  });

  it('is told as unavailable when the answer is no answer of the service', async () => {
    const media = await clientOf((request, response) => {
      request.resume().once('end', () => response.writeHead(502).end('<html>Bad gateway</html>'));
    });
    await expect(media.store(upload, Readable.from(['x']), never)).rejects.toMatchObject({
      code: 'service-unavailable',
    });
  });

  it('gives a silent service up, also one that stops taking', async () => {
    const silent = await clientOf((request) => void request.resume(), 100);
    await expect(silent.store(upload, Readable.from(['x']), never)).rejects.toMatchObject({
      code: 'service-unavailable',
    });
    const stuck = await clientOf((request) => void request.pause(), 100);
    const much = Readable.from(Array.from({ length: 300 }, () => randomBytes(65_536)));
    await expect(stuck.store(upload, much, never)).rejects.toMatchObject({ code: 'service-unavailable' });
  });

  it('does not take a slow sender for a silent service', async () => {
    const media = await clientOf((request, response) => {
      request.resume().once('end', () => response.writeHead(201).end(JSON.stringify(facts)));
    }, 60);
    const sender = new PassThrough();
    const stored = media.store(upload, sender, never);
    sender.write('RIFF');
    setTimeout(() => sender.end('more'), 300);
    expect(await stored).toEqual(facts);
  });

  it('waits for as long as media-svc says that it is reading', async () => {
    const media = await clientOf((request, response) => {
      request.resume().once('end', async () => {
        await beAtWork(response);
        response.writeHead(201).end(JSON.stringify(facts));
      });
    }, 150);
    for (const size of [undefined, 10]) {
      expect(await media.store(upload, Readable.from(['x']), never, size)).toEqual(facts);
    }
    media.close();
  });

  it('breaks off when told to', async () => {
    let aborted = false;
    const stop = new AbortController();
    const media = await clientOf((request) => {
      request.once('data', () => stop.abort());
      request.once('close', () => {
        aborted = !request.complete;
      });
    });
    const sender = new PassThrough();
    const stored = media.store(upload, sender, stop.signal);
    sender.write('half of it');
    await expect(stored).rejects.toMatchObject({ code: 'service-unavailable' });
    await eventually(() => expect(aborted).toBe(true));
  });

  it('is told as unavailable when nobody is there', async () => {
    const media = new MediaClient({ url: `http://127.0.0.1:${await freePort()}`, secret, timeoutMs: 2_000 });
    await expect(media.store(upload, Readable.from(['x']), never)).rejects.toMatchObject({
      code: 'service-unavailable',
    });
  });
});

describe('short audio', () => {
  const audio = randomBytes(100_000);
  const sizes: (string | undefined)[] = [];
  const sockets = new Set<unknown>();
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    sizes.push(request.headers['content-length']);
    sockets.add(request.socket);
    const isWhole = (await buffer(request)).equals(audio);
    response.writeHead(isWhole ? 201 : 500).end(JSON.stringify(facts));
  };
  const inPieces = () => Readable.from([audio.subarray(0, 60_000), audio.subarray(60_000)]);
  const storeWith = (media: MediaClient) => media.store(upload, inPieces(), never, audio.length + 500);

  it('goes as a whole, one after another over the same connection', async () => {
    sizes.length = 0;
    sockets.clear();
    const media = await clientOf(take);
    for (let n = 0; n < 3; n += 1) expect(await storeWith(media)).toEqual(facts);
    expect(sizes).toEqual(['100000', '100000', '100000']);
    expect(sockets.size).toBe(1);
    media.close();
  });

  it('goes over another connection when the kept one ends as it begins', async () => {
    let requests = 0;
    const media = await clientOf((request, response) => {
      requests += 1;
      if (requests === 2) request.socket.resetAndDestroy();
      else void take(request, response);
    });
    expect(await storeWith(media)).toEqual(facts);
    expect(await storeWith(media)).toEqual(facts);
    expect(requests).toBe(3);
    media.close();
  });

  it('is not repeated where a new connection was lost', async () => {
    let requests = 0;
    const media = await clientOf((request) => {
      requests += 1;
      request.socket.resetAndDestroy();
    });
    await expect(storeWith(media)).rejects.toMatchObject({ code: 'service-unavailable' });
    expect(requests).toBe(1);
  });

  it('that does not end is given up when told to', async () => {
    const media = await clientOf(take);
    const stop = new AbortController();
    const stored = media.store(upload, new PassThrough(), stop.signal, 10);
    stop.abort(new Error('the sender is gone'));
    await expect(stored).rejects.toThrow('the sender is gone');
  });
});

/** Takes what it is given as a connection does: it has a copy when it calls back. */
class Listener extends Writable {
  readonly got: Buffer[] = [];

  override _write(piece: Buffer, _encoding: string, taken: () => void): void {
    setImmediate(() => {
      this.got.push(Buffer.from(piece));
      taken();
    });
  }
}

const heard = async ({ body }: AudioAnswer): Promise<Buffer> => {
  if (!('sendTo' in body)) return buffer(body);
  const listener = new Listener();
  await body.sendTo(listener);
  return Buffer.concat(listener.got);
};

const hear = async (media: MediaClient): Promise<Buffer> => heard(await media.open('GET', target, {}, {}));

describe('opening', () => {
  it.each([200, 206, 304, 416])('gives the %i as it is', async (status) => {
    const media = await clientOf((request, response) => {
      expect(grantOf(request, 'get')).toMatchObject({ mediaId: target.mediaId });
      expect(request.headers['x-correlation-id']).toBe(target.correlationId);
      const body = status === 304 ? '' : `${request.url} ${request.headers.range}`;
      response
        .writeHead(status, { etag: '"x"', ...(status === 304 ? {} : { 'content-length': body.length }) })
        .end(body);
    });
    const answer = await media.open('GET', target, { range: 'bytes=0-3' }, { download: 'a b.wav' });
    expect([answer.status, answer.headers.etag]).toEqual([status, '"x"']);
    expect(String(await heard(answer))).toBe(
      status === 304 ? '' : `/media/${target.mediaId}?download=a+b.wav bytes=0-3`,
    );
    media.close();
  });

  it('passes on that it is gone', async () => {
    const media = await clientOf((_request, response) => refuse(response, 404, 'media-not-found'));
    await expect(media.open('GET', target, {}, {})).rejects.toMatchObject({
      kind: 'not-found',
      code: 'media-not-found',
    });
  });

  it('knows answers of unknown length too', async () => {
    const audio = randomBytes(200_000);
    const media = await clientOf(
      (_request, response) => void response.writeHead(200).write(audio, () => response.end()),
    );
    expect((await hear(media)).equals(audio)).toBe(true);
  });
});

describe('long audio', () => {
  const audio = randomBytes(3_000_001);
  const play = (response: ServerResponse) => response.writeHead(200, { 'content-length': audio.length }).end(audio);

  it('comes bit for bit to many at once, and over kept connections to the next', async () => {
    const sockets = new Set<unknown>();
    const media = await clientOf((request, response) => {
      sockets.add(request.socket);
      play(response);
    });
    for (let round = 0; round < 3; round += 1) {
      const all = await Promise.all(Array.from({ length: 8 }, () => hear(media)));
      expect(all.map((one) => one.equals(audio))).toEqual(all.map(() => true));
    }
    expect(sockets.size).toBe(8);
    media.close();
  });

  it('comes over another connection when the kept one ends as it is asked', async () => {
    let requests = 0;
    const media = await clientOf((request, response) => {
      requests += 1;
      if (requests === 2) request.socket.resetAndDestroy();
      else play(response);
    });
    expect((await hear(media)).equals(audio)).toBe(true);
    expect((await hear(media)).equals(audio)).toBe(true);
    expect(requests).toBe(3);
    media.close();
  });

  it('is broken off where media-svc breaks it off, or says nothing more', async () => {
    let begun = 0;
    const media = await clientOf((_request, response) => {
      begun += 1;
      response.writeHead(200, { 'content-length': audio.length }).write(audio.subarray(0, 1_000_000), () => {
        if (begun === 1) response.destroy();
      });
    }, 200);
    for (const _end of ['broken off', 'silent']) {
      const { body } = await media.open('GET', target, {}, {});
      const listener = new Listener();
      if ('sendTo' in body) await body.sendTo(listener);
      expect([listener.destroyed, listener.writableFinished]).toEqual([true, false]);
    }
  });

  it('is read no further than its listener takes, and not at all when he has left', async () => {
    let answering: ServerResponse | undefined;
    const media = await clientOf((_request, response) => {
      answering = response;
      response.writeHead(200, { 'content-length': 100_000_000 }).write(Buffer.alloc(99_999_999));
    });
    const { body } = await media.open('GET', target, {}, {});
    const stuck = new Writable({ write: () => undefined });
    const sent = 'sendTo' in body ? body.sendTo(stuck) : undefined;
    await eventually(() => expect(stuck.writableLength).toBeGreaterThan(0));
    expect(stuck.writableLength).toBeLessThanOrEqual(65_536);
    stuck.destroy();
    await sent;
    await eventually(() => expect(answering?.destroyed).toBe(true));
  });

  it('is waited for as long as it is said to be made, also where the answer comes with that', async () => {
    const media = await clientOf(async (_request, response) => {
      await beAtWork(response);
      play(response);
    }, 150);
    expect((await hear(media)).equals(audio)).toBe(true);
    const { body } = await media.open('HEAD', target, {}, {});
    expect('sendTo' in body).toBe(false);
    media.close();
  });

  it('is told as unavailable when nobody answers', async () => {
    const media = await clientOf(() => undefined, 100);
    await expect(hear(media)).rejects.toMatchObject({ code: 'service-unavailable' });
  });
});
