import { describe, expect, it } from 'vitest';
import { SseBody, type SseEvent, sseEvent } from './sse-body.ts';

const frame = (event: SseEvent): Buffer => Buffer.from(sseEvent(event));

const texts = async (body: SseBody): Promise<string> => {
  let text = '';
  for await (const chunk of body) text += chunk;
  return text;
};

describe('the body of an event stream', () => {
  it('is in the format of server-sent events', async () => {
    const body = new SseBody(1_000);
    body.hint(2_000, 'c0');
    body.send(frame({ id: 'c1', event: 'message_created', data: '{"a":1}' }));
    body.beat('c2');
    body.end();
    body.send(frame({ id: 'c3', event: 'late', data: '{}' }));
    expect(await texts(body)).toBe(
      'retry: 2000\nid: c0\n\nid: c1\nevent: message_created\ndata: {"a":1}\n\n:\nid: c2\n\n',
    );
  });

  it('gives a reader up who leaves too much unread', async () => {
    const body = new SseBody(500);
    const failed = new Promise((resolve) => body.once('error', resolve));
    for (let n = 0; n < 20; n++) body.send(frame({ id: String(n), event: 'x', data: 'y'.repeat(50) }));
    expect(await failed).toBeInstanceOf(Error);
    expect(body.destroyed).toBe(true);
  });

  it('says when there is room again, also to nobody', async () => {
    const body = new SseBody(10_000_000);
    await body.drained();
    body.send(frame({ id: '1', event: 'x', data: 'y'.repeat(200_000) }));
    let room = false;
    const drained = body.drained().then(() => {
      room = true;
    });
    await Promise.resolve();
    expect(room).toBe(false);
    const reading = texts(body);
    await drained;
    body.end();
    await reading;
    const left = new SseBody(10_000_000);
    left.send(frame({ id: '1', event: 'x', data: 'y'.repeat(200_000) }));
    const waiting = left.drained();
    left.destroy();
    await waiting;
  });
});
