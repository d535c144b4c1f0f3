import { contractEvents } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { expect, it } from 'vitest';
import { mediaPublisher } from '../media/publish.ts';
import type { PromptEvent } from './prompt.ts';

const publisher = mediaPublisher('c1');
const mediaId = newId();
const name = { language: 'fr', key: 'num/7' };

const told = (event: PromptEvent) =>
  publisher
    .envelopes({
      ...event,
      position: 7,
      tenantId: newId(),
      streamId: 'prompt-fr-num/7',
      version: 3,
      id: newId(),
      meta: { actor: { kind: 'user', id: newId() }, correlationId: 'c-1' },
      stamps: {},
      at: '2026-11-20T12:00:00.000Z',
    })
    .map((one) => one.event);

it('tells what a prompt was replaced by', () => {
  const audio = { mediaId, contentType: 'audio/ogg' as const, durationMs: 800, bytes: 2_000, sha256: 'a'.repeat(64) };
  const event: PromptEvent = {
    type: 'PromptReplaced',
    data: { ...name, ...audio, replacedMediaId: newId(), replacedAt: '2026-11-20T12:00:00.000Z' },
  };
  const [envelope, ...others] = told(event);
  expect(others).toEqual([]);
  expect(envelope).toMatchObject({
    type: 'prompt_updated',
    subject: `media.${mediaId}.prompt_updated`,
    streamversion: 3,
  });
  expect(envelope?.data).toEqual({ ...name, ...audio });
  expect(contractEvents.promptUpdated.data.parse(envelope?.data)).toEqual(envelope?.data);
});

it('tells that a prompt was reset, and what is heard no more', () => {
  const [envelope] = told({ type: 'PromptReset', data: { ...name, mediaId, resetAt: '2026-11-20T12:00:00.000Z' } });
  expect(envelope).toMatchObject({ type: 'prompt_reset', subject: `media.${mediaId}.prompt_reset` });
  expect(contractEvents.promptReset.data.parse(envelope?.data)).toEqual({ ...name, mediaId });
});
