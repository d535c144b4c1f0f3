import { anyLanguage, languageTag, type Prompt, prompt, promptKey, promptQueries } from '@aftertone/contracts';
import { z } from 'zod';
import { component } from '../docs/components.ts';
import { defineRoute } from '../http/route.ts';
import { audioTypes, playQuery, playRefusals, rangeHeader, uploadRefusals } from '../messages/audio.routes.ts';
import { idempotencyHeader } from '../messages/idempotency.ts';

const tag = 'prompts';
const path = '/v1/prompts/{language}/{key}';
const access = 'aftertone.prompts';
const missing = 'prompt-not-found';
/** The same clips in every tenant. */
const known = true;
const texts = {
  language: languageTag.meta({
    description:
      'en, zh, ja, es or fr; where something is only heard, any BCP 47 tag in any case, also with `_`: `es-419` is heard as `es`',
  }),
  key: promptKey.meta({ description: 'Such as `vm-goodbye` or `num%2F7`; `num/7` means the same' }),
};
const ofAdministrators = {
  403: ['administrator-required'],
  404: ['prompt-language-not-found'],
};

const builtIn: Prompt = {
  language: 'de',
  key: 'vm-goodbye',
  source: 'english',
  spokenLanguage: 'en',
  text: 'Goodbye.',
  empty: false,
  mediaId: '6c1a0f0e-52b5-8d0e-8a53-3f5f6f0c1b11',
  contentType: 'audio/wav',
  durationMs: 780,
  bytes: 12_524,
  sha256: '15d423350d458bbacb0f19d3931e7a98ff10c1f38985b2004aaec43ee92e4a60',
  updatedAt: null,
  version: 0,
  lost: false,
};
const own: Prompt = {
  ...builtIn,
  language: 'fr-CA',
  source: 'tenant',
  spokenLanguage: 'fr',
  text: 'Au revoir.',
  updatedAt: '2026-11-20T08:15:34.250Z',
  version: 3,
};

const heard = component('Prompt', prompt, own, builtIn);

export const promptRoutes = {
  list: defineRoute({
    operationId: 'listPrompts',
    method: 'GET',
    path: '/v1/prompts',
    tag,
    summary: 'List what is spoken on the phone',
    description:
      'All clips, always the same, as they are heard in a language: the recording of the tenant, else the built-in one ' +
      '(`source`). `fr-CA` is spoken as `fr`, and a language that is not spoken as English (`spokenLanguage`).',
    access: `${access}.read`,
    query: z.strictObject({ language: anyLanguage.default('en') }),
    status: 200,
    answer: component('PromptList', promptQueries.listPrompts.output, { items: [builtIn] }),
  }),
  read: defineRoute({
    operationId: 'readPrompt',
    method: 'GET',
    path,
    texts,
    tag,
    summary: 'Read what is spoken for one clip',
    description: 'The `ETag` guards the next change of the clip: `"0"` where the tenant has never changed it.',
    access: `${access}.{language}.read`,
    status: 200,
    answer: heard,
    missing,
    known,
    versioned: true,
  }),
  play: defineRoute({
    operationId: 'readPromptAudio',
    method: 'GET',
    path: `${path}/audio`,
    texts,
    tag,
    summary: 'Hear a clip',
    description:
      'What would be heard: `Prompt-Source` and `Content-Language` say what it is. As it was recorded, as WAV (16 bit, ' +
      '8 kHz, mono) or MP3 where `format` says so, or where `Accept` does not have what it is. Understands `Range`, ' +
      '`If-Range`, `If-Match` and `If-None-Match`, all by tag alone.',
    access: `${access}.{language}.read`,
    query: playQuery,
    status: 200,
    answerTypes: audioTypes,
    mayBeEmpty: 'the language has nothing to say there, and the clip is skipped',
    missing,
    known,
    headers: rangeHeader,
    refusals: playRefusals,
  }),
  replace: defineRoute({
    operationId: 'replacePrompt',
    method: 'PUT',
    path,
    texts,
    tag,
    summary: 'Replace a clip by a recording',
    description:
      'The body is the audio: any `audio/*` or `application/octet-stream`, or a form with the part `audio`; its bytes tell ' +
      'what it is. It is heard in the language and its regions, in this tenant alone. The same bytes again change nothing. ' +
      '`If-None-Match: *` takes it only where the built-in clip is heard, `If-Match: *` only where it is not.',
    access: `${access}.{language}.update`,
    right: 'administer',
    bodyKind: 'upload',
    status: 200,
    answer: heard,
    missing,
    known,
    versioned: true,
    conditional: true,
    builtIn: true,
    headers: idempotencyHeader,
    refusals: {
      ...uploadRefusals,
      ...ofAdministrators,
      409: ['idempotency-key-reused'],
      422: [...uploadRefusals[422], 'prompt-empty'],
      503: [...uploadRefusals[503], 'upgrade-under-way'],
    },
  }),
  reset: defineRoute({
    operationId: 'resetPrompt',
    method: 'DELETE',
    path,
    texts,
    tag,
    summary: 'Remove the recording of a clip: the built-in one is heard again',
    description: 'A clip that was not replaced stays what it is.',
    access: `${access}.{language}.delete`,
    right: 'administer',
    status: 204,
    missing,
    known,
    conditional: true,
    builtIn: true,
    refusals: ofAdministrators,
  }),
};
