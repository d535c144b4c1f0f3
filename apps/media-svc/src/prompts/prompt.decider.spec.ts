import { deciderSpec } from '@aftertone/testing';
import { describe, it } from 'vitest';
import { promptDecider, type ReplacePrompt, type ResetPrompt } from './prompt.decider.ts';
import type { PromptEvent } from './prompt.ts';

const given = deciderSpec(promptDecider);

const now = '2026-11-20T12:00:00.000Z';
const name = { language: 'fr', key: 'num/7' };
const audioOf = (letter: string) => ({
  mediaId: `01aa0fff-5555-7eee-8000-00000000000${letter}`,
  contentType: 'audio/wav' as const,
  durationMs: 800,
  bytes: 12_844,
  sha256: letter.repeat(64),
});
const replace = (letter: string, changes: object = {}): ReplacePrompt => ({
  type: 'ReplacePrompt',
  data: { ...name, ...audioOf(letter), storedAt: now, saysNothing: false, lostMediaId: null, ...changes },
  meta: { now },
});
const reset: ResetPrompt = { type: 'ResetPrompt', data: {}, meta: { now } };

const replaced = (letter: string, before: string | null = null): PromptEvent => ({
  type: 'PromptReplaced',
  data: {
    ...name,
    ...audioOf(letter),
    replacedMediaId: before === null ? null : audioOf(before).mediaId,
    replacedAt: now,
  },
});
const wasReset = (letter: string): PromptEvent => ({
  type: 'PromptReset',
  data: { ...name, mediaId: audioOf(letter).mediaId, resetAt: now },
});

describe('a prompt', () => {
  it('is replaced, and again, and tells what is heard no more', () => {
    given().when(replace('a')).then(replaced('a'));
    given(replaced('a')).when(replace('b')).then(replaced('b', 'a'));
  });
  it('stays what it is when the same bytes come again', () =>
    given(replaced('a'))
      .when(replace('a', { mediaId: audioOf('b').mediaId }))
      .then());
  it('is mended by the same bytes where what is heard is lost, and by no other loss', () => {
    const again = { ...audioOf('a'), mediaId: audioOf('b').mediaId };
    const lost = audioOf('a').mediaId;
    given(replaced('a'))
      .when(replace('a', { mediaId: again.mediaId, lostMediaId: lost }))
      .then({ type: 'PromptReplaced', data: { ...name, ...again, replacedMediaId: lost, replacedAt: now } });
    given(replaced('a'))
      .when(replace('a', { mediaId: again.mediaId, lostMediaId: audioOf('c').mediaId }))
      .then();
  });
  it('is changed only while it is what the caller takes it for', () => {
    for (const history of [[], [replaced('b'), wasReset('b')]]) {
      given(...history)
        .when(replace('a', { ifOwn: false }))
        .then(replaced('a'));
      given(...history)
        .when(replace('a', { ifOwn: true }))
        .thenThrows('version-mismatch');
    }
    given(replaced('a'))
      .when(replace('b', { ifOwn: true }))
      .then(replaced('b', 'a'));
    for (const letter of ['a', 'b']) {
      given(replaced('a'))
        .when(replace(letter, { ifOwn: false }))
        .thenThrows('version-mismatch');
    }
    given(replaced('a'))
      .when({ ...reset, data: { ifOwn: true } })
      .then(wasReset('a'));
    given()
      .when({ ...reset, data: { ifOwn: true } })
      .thenThrows('version-mismatch');
  });
  it('is never replaced by what says nothing', () => {
    given()
      .when(replace('a', { saysNothing: true }))
      .thenThrows('prompt-empty');
    given(replaced('b'))
      .when(replace('a', { saysNothing: true }))
      .thenThrows('prompt-empty');
  });
  it('is reset once', () => {
    given(replaced('a')).when(reset).then(wasReset('a'));
    given(replaced('a'), wasReset('a')).when(reset).then();
    given().when(reset).then();
  });
  it('is replaced after it was reset, also by the same bytes', () =>
    given(replaced('a'), wasReset('a')).when(replace('a')).then(replaced('a')));
  it('takes no recording that may be deleted as unused before it is held', () => {
    given()
      .when(replace('a', { storedAt: '2026-11-19T23:59:59.999Z' }))
      .thenThrows('audio-expired');
    given()
      .when(replace('a', { storedAt: '2026-11-20T00:00:00.000Z' }))
      .then(replaced('a'));
  });
});
