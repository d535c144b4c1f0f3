import { cloudEvent, contractEvents, eventSubject } from '@aftertone/contracts';
import type { RecordedEvent } from '@aftertone/event-store';
import { newId } from '@aftertone/kernel';
import { expect, it } from 'vitest';
import type { MediaEvent } from './media.ts';
import { mediaPublisher } from './publish.ts';

const mediaId = newId();
const publisher = mediaPublisher('c1');

const recorded = (event: MediaEvent): RecordedEvent => ({
  ...event,
  position: 7,
  tenantId: newId(),
  streamId: `media-${mediaId}`,
  version: 3,
  id: newId(),
  meta: { actor: { kind: 'service', id: 'media' }, correlationId: 'c-1', causationId: 'e-1' },
  stamps: {},
  at: '2026-03-01T12:00:00.000Z',
});

const facts = {
  mediaId,
  contentType: 'audio/wav',
  codec: 'pcm_s16le',
  durationMs: 500,
  bytes: 8044,
  sha256: 'a'.repeat(64),
};

const stored: MediaEvent = {
  type: 'MediaStored',
  data: {
    contentType: 'audio/wav',
    codec: 'pcm_s16le',
    sampleRate: 8000,
    channels: 1,
    durationMs: 500,
    bytes: 8044,
    sha256: 'a'.repeat(64),
    peaks: 'AAAA',
    storedAt: '2026-03-01T12:00:00.000Z',
  },
};

it('tells of a stored recording what the contract says, in its envelope', () => {
  const event = recorded(stored);
  const message = publisher.busMessages(event)[0];
  const body = cloudEvent.parse(JSON.parse(message?.body ?? ''));
  expect(contractEvents.mediaStored.data.parse(body.data)).toEqual(facts);
  expect(body).toMatchObject({
    type: 'media_stored',
    id: event.id,
    source: '/aftertone/c1/media',
    subject: `media.${mediaId}.stored`,
    streamversion: 3,
  });
  expect(body).toMatchObject({ correlationid: 'c-1', causationid: 'e-1', tenantid: event.tenantId });
  expect(message).toMatchObject({
    subject: eventSubject(event.tenantId, `media.${mediaId}.stored`),
    id: event.id,
    position: 7,
    part: 0,
    headers: { 'Aftertone-Position': '7', 'Aftertone-Part': '0' },
  });
});

it('tells of a deleted recording why it went', () => {
  const event = publisher.envelopes(recorded({ type: 'MediaDeleted', data: { reason: 'orphan' } }))[0]?.event;
  expect(contractEvents.mediaDeleted.data.parse(event?.data)).toEqual({ mediaId, reason: 'orphan' });
  expect(event?.subject).toBe(`media.${mediaId}.deleted`);
});

it.each<MediaEvent>([
  { type: 'MediaReferenced', data: { messageId: newId() } },
  { type: 'MediaReleased', data: { messageId: newId(), releasedAt: '2026-03-01T12:00:00.000Z' } },
])('keeps $type to itself', (event) => {
  expect(publisher.busMessages(recorded(event))).toEqual([]);
});
